import { Button, Group, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { checkStock } from "../../api/generated/sdk.gen.ts";
import type { FulfillmentOption, StockAnswer } from "../../api/generated/types.gen.ts";
import { CountrySelect } from "../../ui/country-select.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { Money } from "../../ui/money.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { ProblemNote } from "../../ui/states.tsx";
import { useChannelOptions, useLocationNames } from "../places.tsx";
import classes from "./delivery.module.css";
import { DeliveryTabs } from "./delivery-tabs.tsx";
import { valueName } from "./field-words.ts";

export function TryDeliveryPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("delivery.title")} facts={t("delivery.tryAbout")}>
      <DeliveryTabs />
      <TryDelivery />
    </Page>
  );
}

/** One basket and one destination: what is in force says how and when it would arrive. Nothing is held. */
export function TryDelivery() {
  const { t } = useTranslation();
  const channels = useChannelOptions();
  const [channel, setChannel] = useState<string | null>(null);
  const [sku, setSku] = useState("");
  const [quantity, setQuantity] = useState(1);
  const [country, setCountry] = useState<string | null>(null);
  const [postalCode, setPostalCode] = useState("");
  const chosen = channel ?? channels[0]?.value ?? null;
  const ask = useMutation({
    mutationFn: async () => {
      const destination = {
        id: "home",
        country: country!,
        ...(postalCode.trim() && { postalCode: postalCode.trim() }),
      };
      const body = { channel: chosen!, lines: [{ sku: sku.trim(), quantity }], destinations: [destination] };
      return (await checkStock({ body })).data;
    },
  });
  return (
    <Panel title={t("delivery.try")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <Stack gap="sm">
          <div className={classes.fields}>
            <Select
              label={t("orders.channel")}
              data={channels}
              value={chosen}
              onChange={setChannel}
              allowDeselect={false}
              required
            />
            <TextInput
              label={t("delivery.sku")}
              value={sku}
              onChange={(event) => setSku(event.currentTarget.value)}
              required
            />
            <NumberInput
              label={t("delivery.quantity")}
              value={quantity}
              onChange={(next) => typeof next === "number" && setQuantity(next)}
              min={1}
              max={1_000_000}
              allowDecimal={false}
              required
            />
            <CountrySelect label={t("delivery.country")} value={country} onChange={setCountry} required />
            <TextInput
              label={t("delivery.postalCode")}
              value={postalCode}
              onChange={(event) => setPostalCode(event.currentTarget.value)}
              maxLength={20}
            />
          </div>
          <Group>
            <Button
              type="submit"
              variant="default"
              loading={ask.isPending}
              disabled={country === null || chosen === null}
            >
              {t("delivery.ask")}
            </Button>
          </Group>
        </Stack>
      </form>
      {ask.error && <ProblemNote error={ask.error} />}
      {ask.data && <Answer answer={ask.data} />}
    </Panel>
  );
}

function Answer({ answer: { destinations } }: { answer: StockAnswer }) {
  const { t } = useTranslation();
  const [destination] = destinations;
  if (!destination) return null;
  const { lines, offers, isPartial } = destination;
  return (
    <div role="status" className={classes.answer}>
      {isPartial && (
        <p>
          {t("delivery.onlyAvailable", { available: lines[0]?.available ?? 0, wanted: lines[0]?.quantity ?? 0 })}
          {lines[0]?.substitutes.map(({ sku }) => ` ${sku}`).join(",")}
        </p>
      )}
      {offers.options.length === 0 && <p>{t("delivery.noOption")}</p>}
      <ul className={classes.options}>
        {offers.options.map((option) => (
          <Offer key={`${option.method} ${option.location}`} option={option} />
        ))}
      </ul>
      {offers.notOffered.map(({ method, reason }) => (
        <p key={method} className="soft">
          <span className="code">{method}</span>: {valueName(reason)}
        </p>
      ))}
    </div>
  );
}

function Offer({ option }: { option: FulfillmentOption }) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const { title, deliverFrom, deliverBy, readyAt, shipBy, price, parcels } = option;
  const from = parcels.map(({ location }) => (location === null ? "–" : nameOf(location)));
  return (
    <li className={classes.option}>
      <span>
        <strong>{title}</strong>{" "}
        <span className="soft">
          {t("delivery.parcels", { count: parcels.length, from: [...new Set(from)].join(", ") })}
        </span>
      </span>
      {deliverBy === null ? (
        <span>
          {t("delivery.readyAt")} <DateTime at={readyAt} show="date-time" />
        </span>
      ) : (
        <span>
          <DateTime at={deliverFrom} show="date-time" /> – <DateTime at={deliverBy} show="date-time" />
        </span>
      )}
      {shipBy !== null && (
        <span className="soft">
          {t("delivery.shipBy")} <DateTime at={shipBy} show="date-time" />
        </span>
      )}
      <span>{price ? <Money minor={price.amount} currency={price.currency} /> : t("delivery.noPrice")}</span>
    </li>
  );
}

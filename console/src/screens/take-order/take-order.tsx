import { NumberInput, Select, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { captureOrder } from "../../api/generated/sdk.gen.ts";
import type { Channel } from "../../api/generated/types.gen.ts";
import { EditPage, FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { currencyExponent } from "../../ui/format.ts";
import { Money } from "../../ui/money.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { useEditing } from "../../ui/use-editing.ts";
import { useChannels } from "../places.tsx";
import { useAvailability } from "./availability.ts";
import { DestinationFields } from "./destination-fields.tsx";
import { FindSku } from "./find-sku.tsx";
import { LineFields } from "./line-fields.tsx";
import { fieldOf, methodOf, newOrder, type OrderValues, requestOf, stockOf, totalOf, withSku } from "./order-values.ts";
import classes from "./take-order.module.css";
import { ChooseType, TypeFields } from "./type-fields.tsx";

const tenders = ["invoice", "payment_link", "bank_transfer", "cash_on_delivery"] as const;

/** Takes an order while the customer is on the telephone (O1): products with what is there, where to, how it is paid. */
export function TakeOrder() {
  const { t } = useTranslation();
  const { data, error, refetch } = useChannels();
  const open = data?.filter((channel) => channel.active);
  if (open && open.length > 0) return <OrderForm channels={open} />;
  return (
    <Page title={t("take.title")}>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!error && !data && <Loading lines={8} />}
      {open && <Empty title={t("take.noChannel")} />}
    </Page>
  );
}

function OrderForm({ channels }: { channels: readonly Channel[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  // One reference for all attempts: an order whose answer was lost is found again instead of taken twice.
  const [reference] = useState(newReference);
  const placed = useRef("");
  const channelOf = (code: string | null) => channels.find((channel) => channel.code === code);
  const [first] = channels.filter(({ kind }) => kind === "phone");

  const editing = useEditing<OrderValues>({
    initial: { ...newOrder, channel: first?.code ?? null },
    check: (values) => faultsOf(values, t("ui.required")),
    fieldOf,
    send: async (values) => {
      const currency = channelOf(values.channel)?.currency ?? "";
      const { data } = await captureOrder({ body: requestOf(values, { reference, currency }) });
      placed.current = data.id;
      await queries.invalidateQueries({ queryKey: ["orders"] });
    },
    saved: () => navigate({ to: "/orders/$orderId", params: { orderId: placed.current } }),
  });
  const { form } = editing;
  const { values } = form;
  const channel = channelOf(values.channel);
  const currency = channel?.currency ?? "EUR";
  const available = useAvailability(
    values.channel,
    values.lines.map(({ sku }) => sku),
  );
  return (
    <EditPage
      title={t("take.title")}
      above={<Link to="/orders">{t("orders.title")}</Link>}
      facts={
        <>
          <strong>
            <Money minor={totalOf(values, currency)} currency={currency} />
          </strong>
          {" · "}
          {t("take.units", { count: values.lines.reduce((sum, line) => sum + Number(line.quantity), 0) })}
          {" · "}
          <span className="code">{reference}</span>
        </>
      }
      editing={editing}
      verb={t("take.place")}
      leave={() => navigate({ to: "/orders" })}
    >
      <FormSection title={t("take.who")} about={t("take.whoAbout")}>
        <FieldRow>
          <Select
            label={t("take.channel")}
            data={channels.map(({ code, name, currency }) => ({ value: code, label: `${name} · ${currency}` }))}
            allowDeselect={false}
            required
            {...form.getInputProps("channel")}
          />
          <ChooseType form={form} />
        </FieldRow>
        <TypeFields form={form} />
        <FieldRow>
          <TextInput label={t("take.name")} required maxLength={200} {...form.getInputProps("customer.name")} />
          <TextInput label={t("take.phone")} type="tel" maxLength={40} {...form.getInputProps("customer.phone")} />
        </FieldRow>
        <FieldRow>
          <TextInput label={t("take.email")} type="email" maxLength={254} {...form.getInputProps("customer.email")} />
          <TextInput label={t("take.customer")} maxLength={100} {...form.getInputProps("customer.reference")} />
        </FieldRow>
      </FormSection>

      <FormSection title={t("take.lines")} about={t("take.linesAbout")}>
        <FindSku
          channel={values.channel}
          error={form.errors["lines"]}
          add={(sku) => {
            form.clearFieldError("lines");
            form.setFieldValue("lines", withSku(values.lines, sku));
          }}
        />
        {values.lines.length === 0 ? (
          <p className="faint" style={{ margin: 0 }}>
            {t("take.nothingYet")}
          </p>
        ) : (
          <LineFields
            form={form}
            currency={currency}
            available={available}
            stock={stockOf(values, channel?.whenUnavailable === "backorder")}
          />
        )}
      </FormSection>

      <FormSection title={t("take.how")} about={t("take.howAbout")}>
        <DestinationFields form={form} network={channel?.network} available={available} />
      </FormSection>

      <FormSection title={t("take.payment")} about={t("take.paymentAbout")}>
        <FieldRow>
          <Select
            label={t("take.tender")}
            data={tenders.map((value) => ({ value, label: t(`take.tenders.${value}`) }))}
            allowDeselect={false}
            {...form.getInputProps("tender")}
          />
          {(["shipping", "discount"] as const).map((charge) => (
            <NumberInput
              key={charge}
              label={t(`charge.${charge}`)}
              min={0}
              decimalScale={currencyExponent(currency)}
              fixedDecimalScale
              suffix={` ${currency}`}
              hideControls
              {...form.getInputProps(charge)}
            />
          ))}
        </FieldRow>
        <p className={classes.total}>
          {t("take.total")}
          <strong>
            <Money minor={totalOf(values, currency)} currency={currency} />
          </strong>
        </p>
      </FormSection>
    </EditPage>
  );
}

/** What a person on the telephone must have asked, told before the server is. */
function faultsOf(values: OrderValues, required: string): Record<string, string> {
  const { address, lines, type } = values;
  const isDelivery = methodOf(values) === "delivery";
  const missing = [
    [values.channel === null, "channel"],
    [values.customer.name.trim() === "", "customer.name"],
    [type === "preOrder" && values.releaseOn === "", "releaseOn"],
    [type === "exchange" && values.exchangeOf === null, "exchangeOf"],
    [lines.length === 0, "lines"],
    [isDelivery && address.line1.trim() === "", "address.line1"],
    [isDelivery && address.city.trim() === "", "address.city"],
    [isDelivery && address.country === "", "address.country"],
    [!isDelivery && values.location === null, "location"],
    ...lines.flatMap(
      (line, index) =>
        [
          [line.unitPrice === "", `lines.${index}.unitPrice`],
          [line.quantity === "", `lines.${index}.quantity`],
        ] as const,
    ),
  ] as const;
  return Object.fromEntries(missing.flatMap(([isMissing, field]) => (isMissing ? [[field, required]] : [])));
}

/** PHONE-20261122-7K3QF2: the day is for people, the rest makes it unique. */
function newReference(): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  const random = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => alphabet[byte % alphabet.length]);
  return `PHONE-${day}-${random.join("")}`;
}

/** Without letters that sound or look like digits. */
const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

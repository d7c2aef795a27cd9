import { NumberInput, Select, SimpleGrid, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { announceSupplies } from "../../api/generated/sdk.gen.ts";
import type { SupplyRequest } from "../../api/generated/types.gen.ts";
import { Problem } from "../../api/problem.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { useFoundLocations } from "../places.tsx";

type AnnounceSupplyProps = { request: SupplyRequest; opened: boolean; close: () => void };

/** What was ordered from a supplier: those who wait are promised it with its day. */
export function AnnounceSupply({ request: { sku, name, quantity }, opened, close }: AnnounceSupplyProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [sought, setSought] = useState("");
  const locations = useFoundLocations(sought);
  const [reference, setReference] = useState("");
  const [location, setLocation] = useState<string | null>(null);
  const [expectedOn, setExpectedOn] = useState("");
  const [units, setUnits] = useState<number | "">(quantity);

  async function announce() {
    const item = { kind: "purchase_order", reference, line: 1, sku, location: location!, expectedOn } as const;
    const { data } = await announceSupplies({ body: { items: [{ ...item, quantity: Number(units) }] } });
    const refused = data.items[0]?.problem;
    if (refused) throw new Problem({ status: 422, ...refused });
    await Promise.all(
      ["supplies", "supply-requests", "availability"].map((word) => queries.invalidateQueries({ queryKey: [word] })),
    );
  }

  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={t("supplyRequest.announceTitle", { name })}
      verb={t("supplyRequest.announceVerb")}
      complete={reference !== "" && location !== null && expectedOn !== "" && units !== "" && units > 0}
      run={announce}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput
          label={t("supplyRequest.reference")}
          placeholder="PO-4711"
          maxLength={64}
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value)}
          data-autofocus
        />
        <NumberInput
          label={t("supply.quantity")}
          value={units}
          onChange={(value) => setUnits(value === "" ? "" : Number(value))}
          allowDecimal={false}
          min={1}
          max={1_000_000_000}
        />
        <Select
          label={t("stock.location")}
          data={locations}
          value={location}
          onChange={setLocation}
          onSearchChange={setSought}
          filter={({ options }) => options}
          searchable
        />
        <TextInput
          type="date"
          label={t("supply.expectedOn")}
          value={expectedOn}
          onChange={(event) => setExpectedOn(event.currentTarget.value)}
        />
      </SimpleGrid>
      <p className="soft" style={{ margin: 0 }}>
        {t("supplyRequest.announceEffect")}
      </p>
    </ConfirmAction>
  );
}

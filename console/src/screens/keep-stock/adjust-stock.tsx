import { NumberInput, SegmentedControl, Select, SimpleGrid } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { adjustStock } from "../../api/generated/sdk.gen.ts";
import type { Position } from "../../api/generated/types.gen.ts";
import { Problem } from "../../api/problem.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { formatCount } from "../../ui/format.ts";
import { findLocations, useLocationNames } from "../places.tsx";
import { useAdjustReasons } from "../reasons.ts";
import classes from "./stock.module.css";

type AdjustStockProps = {
  sku: string;
  name: string;
  positions: readonly Position[];
  /** Chosen beforehand, if any. */
  location: string | undefined;
  opened: boolean;
  close: () => void;
};

/** A difference of what is there, a counted number of it, or a difference of how much of it is damaged. */
const ways = ["changeBy", "countedAs", "damagedBy"] as const;
type Way = (typeof ways)[number];

/** Corrects a position with its reason (I15). What changes is shown before it does. */
export function AdjustStock({ sku, name, positions, location, opened, close }: AdjustStockProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const reasons = useAdjustReasons();
  const [chosen, setChosen] = useState<string | null>(null);
  const [way, setWay] = useState<Way>("changeBy");
  const [entered, setEntered] = useState<number | "">("");
  const at = chosen ?? location ?? positions[0]?.location ?? null;
  const position = positions.find((each) => each.location === at);
  const now = (way === "damagedBy" ? position?.damaged : position?.onHand) ?? 0;
  const delta = entered === "" ? 0 : way === "countedAs" ? entered - now : entered;

  async function adjust(reason: string, note: string) {
    if (!at) return;
    const change = way === "damagedBy" ? { damaged: delta } : { onHand: delta };
    const told = { reason: note ? `${reason}: ${note}` : reason, source: "console" };
    const { data } = await adjustStock({ body: { items: [{ sku, location: at, ...change, ...told }] } });
    const refused = data.items[0]?.problem;
    if (refused) throw new Problem({ status: 422, ...refused });
    setEntered("");
    await Promise.all(
      ["positions", "movements", "availability"].map((word) => queries.invalidateQueries({ queryKey: [word] })),
    );
  }

  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={t("stock.adjustTitle", { name })}
      verb={t("stock.adjustVerb", { change: `${delta > 0 ? "+" : ""}${formatCount(delta)}` })}
      reasons={reasons}
      withNote
      complete={delta !== 0 && at !== null}
      run={({ reason, note }) => adjust(reason, note)}
    >
      <LocationSelect positions={positions} value={at} change={setChosen} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <SegmentedControl
          size="xs"
          aria-label={t("stock.way")}
          value={way}
          onChange={(next) => {
            setWay(next);
            setEntered("");
          }}
          data={ways.map((value) => ({ value, label: t(`stock.${value}`) }))}
        />
        <NumberInput
          aria-label={t(`stock.${way}`)}
          value={entered}
          onChange={(value) => setEntered(value === "" ? "" : Number(value))}
          allowDecimal={false}
          min={way === "countedAs" ? 0 : undefined}
          max={1_000_000_000}
          data-autofocus
        />
      </SimpleGrid>
      <div className={classes.effect} aria-live="polite">
        <span>
          {way === "damagedBy" ? t("stock.damagedNow") : t("stock.onHandNow")}
          <strong>{formatCount(now)}</strong>
        </span>
        <span aria-hidden="true">→</span>
        <span>
          {t("stock.onHandThen")}
          <strong>{formatCount(now + delta)}</strong>
        </span>
      </div>
    </ConfirmAction>
  );
}

type LocationSelectProps = {
  positions: readonly Position[];
  value: string | null;
  change: (code: string | null) => void;
};

/** Where it is stocked first, then every other location: a first adjustment there creates the position. */
function LocationSelect({ positions, value, change }: LocationSelectProps) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const { data: others } = useQuery({
    queryKey: ["filter", "location", ""],
    queryFn: ({ signal }) => findLocations("", signal),
  });
  const options = new Map([
    ...positions.map(({ location }) => [location, nameOf(location)] as const),
    ...(others ?? []).map((option) => [option.value, option.label] as const),
  ]);
  return (
    <Select
      label={t("stock.location")}
      data={[...options].map(([code, label]) => ({ value: code, label }))}
      value={value}
      onChange={change}
      searchable
      allowDeselect={false}
    />
  );
}

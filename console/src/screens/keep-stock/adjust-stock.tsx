import { NumberInput, Select, SegmentedControl, SimpleGrid } from "@mantine/core";
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

/** Corrects what is on hand, by a difference or to a counted number, with its reason (I15). */
export function AdjustStock({ sku, name, positions, location, opened, close }: AdjustStockProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const reasons = useAdjustReasons();
  const nameOf = useLocationNames();
  const [chosenLocation, setLocation] = useState<string | null>(null);
  const [way, setWay] = useState<"by" | "to">("by");
  const [entered, setEntered] = useState<number | "">("");
  const { data: known } = useQuery({
    queryKey: ["filter", "location", ""],
    enabled: opened,
    queryFn: ({ signal }) => findLocations("", signal),
  });
  const at = chosenLocation ?? location ?? positions[0]?.location ?? null;
  const now = positions.find((position) => position.location === at)?.onHand ?? 0;
  const delta = entered === "" ? 0 : way === "by" ? entered : entered - now;
  const options = new Map([
    ...positions.map((position) => [position.location, nameOf(position.location)] as const),
    ...(known ?? []).map((option) => [option.value, option.label] as const),
  ]);

  async function adjust(reason: string, note: string) {
    if (!at) return;
    const { data } = await adjustStock({
      body: { items: [{ sku, location: at, onHand: delta, reason, ...(note && { note }) }] },
    });
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
      <Select
        label={t("stock.location")}
        data={[...options].map(([value, label]) => ({ value, label }))}
        value={at}
        onChange={setLocation}
        searchable
        allowDeselect={false}
      />
      <SimpleGrid cols={2} spacing="sm" style={{ alignItems: "end" }}>
        <SegmentedControl
          aria-label={t("stock.way")}
          value={way}
          onChange={(next) => {
            setWay(next);
            setEntered("");
          }}
          data={[
            { value: "by", label: t("stock.changeBy") },
            { value: "to", label: t("stock.countedAs") },
          ]}
        />
        <NumberInput
          aria-label={way === "by" ? t("stock.changeBy") : t("stock.countedAs")}
          value={entered}
          onChange={(value) => setEntered(value === "" ? "" : Number(value))}
          allowDecimal={false}
          min={way === "to" ? 0 : undefined}
          max={1_000_000_000}
          data-autofocus
        />
      </SimpleGrid>
      <div className={classes.effect} aria-live="polite">
        <span>
          {t("stock.onHandNow")}
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

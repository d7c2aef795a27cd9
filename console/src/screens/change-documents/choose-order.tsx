import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFound } from "../../api/found.ts";
import { listOrders } from "../../api/generated/sdk.gen.ts";
import type { OrderSummary } from "../../api/generated/types.gen.ts";
import { ProblemNote } from "../../ui/states.tsx";
import { useStatusText } from "../statuses.tsx";
import classes from "./document.module.css";

const shownAtOnce = 20;
const typingPauseMs = 250;

type ChooseOrderProps = {
  /** ID of the chosen order; null: none yet. */
  value: string | null;
  change: (orderId: string, order: OrderSummary) => void;
  label?: string;
  description?: string;
  required?: boolean;
  /** What is wrong with the choice. */
  fault?: React.ReactNode;
  /** Which orders are offered before anything is sought: those of these statuses. */
  statuses?: string | undefined;
  /** Takes the latest one until another is chosen. */
  beginWithLatest?: boolean;
};

/** A real order to try something on: the latest ones are offered, any is found by number, reference or customer. */
export function ChooseOrder(props: ChooseOrderProps) {
  const { value, change, label, description, required, fault, statuses, beginWithLatest } = props;
  const { t } = useTranslation();
  const statusText = useStatusText();
  const labelOf = ({ number, channel, status, customerName }: OrderSummary) =>
    [number, customerName, channel, statusText(status)].filter(Boolean).join(" · ");
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<OrderSummary>();
  const [sought] = useDebouncedValue(text.trim(), typingPauseMs);
  // The chosen order's own label stands in the field: it is not sought for.
  const query = chosen !== undefined && sought === labelOf(chosen) ? undefined : sought || undefined;
  const { found, isAnswer, error, isSeeking, again } = useFound<OrderSummary>(
    ["orders", "choose", query, statuses],
    async (signal) =>
      (await listOrders({ query: { query, status: query ? undefined : statuses, limit: shownAtOnce }, signal })).data
        .data,
  );
  const latest = found[0];
  const take = (order: OrderSummary) => {
    setChosen(order);
    change(order.id, order);
  };
  const begins = beginWithLatest === true && value === null && text === "" && latest !== undefined;
  useEffect(() => {
    if (begins) take(latest);
  });
  const shown = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found;
  return (
    <div className={classes.field}>
      <Select
        label={label ?? t("document.tryOn")}
        description={description}
        required={required}
        error={fault}
        placeholder={t("document.tryOnExample")}
        searchable
        searchValue={text}
        onSearchChange={setText}
        // Leaving the field forgets what was typed; what could not be sought can still be.
        onBlur={() => error && setText(text)}
        // The server has sought already, in more than what the label says.
        filter={({ options }) => options}
        data={shown.map((order) => ({ value: order.id, label: labelOf(order) }))}
        value={value}
        onChange={(id) => {
          const order = shown.find((one) => one.id === id);
          if (order) take(order);
        }}
        allowDeselect={false}
        nothingFoundMessage={error ? undefined : t(isAnswer ? "ui.nothingFound" : "ui.loading")}
      />
      {error && <ProblemNote error={error} retry={again} retrying={isSeeking} />}
    </div>
  );
}

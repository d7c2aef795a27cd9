import { ActionIcon, Button, NumberInput, Select } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { timeZonesWith } from "../../ui/time-zones.ts";
import { CommitField } from "../change-documents/commit-field.tsx";
import documents from "../change-documents/document.module.css";
import type { Fault } from "../change-documents/use-draft.ts";
import {
  amountOf,
  type Control,
  type EffectKind,
  effectKinds,
  effectOf,
  kindOf,
  withScope,
} from "./control-content.ts";
import { ControlWords } from "./control-words.tsx";
import classes from "./controls.module.css";
import { MomentField } from "./moment-field.tsx";
import { ScopeFields } from "./scope-fields.tsx";

type RuleFieldsProps = {
  rule: Control;
  /** Pointers begin at the rule. */
  faults: readonly Fault[];
  warnings: readonly Fault[];
  isOpen: boolean;
  mayWrite: boolean;
  toggle: () => void;
  put: (rule: Control) => void;
  remove: () => void;
};

/** One rule in plain words; opened, as a form. */
export function RuleFields({ rule, faults, warnings, isOpen, mayWrite, toggle, put, remove }: RuleFieldsProps) {
  const { t } = useTranslation();
  const said = [
    ...faults.map((fault) => ({ ...fault, tone: "trouble" })),
    ...warnings.map((fault) => ({ ...fault, tone: "attention" })),
  ];
  return (
    <li className={classes.rule} data-faulty={faults.length > 0 || undefined} aria-label={rule.name}>
      <div className={classes.head}>
        <div>
          <strong>{rule.name}</strong>
          <ControlWords control={rule} />
        </div>
        {mayWrite && (
          <span className={classes.tools}>
            <Button
              size="compact-sm"
              variant="default"
              aria-expanded={isOpen}
              aria-label={t(isOpen ? "control.closeRule" : "control.openRule", { rule: rule.name })}
              onClick={toggle}
            >
              {t(isOpen ? "control.done" : "control.change")}
            </Button>
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label={t("control.removeRule", { rule: rule.name })}
              onClick={remove}
            >
              <IconTrash size={17} />
            </ActionIcon>
          </span>
        )}
      </div>
      {said.length > 0 && (
        <ul className={documents.faults} data-tone={faults.length > 0 ? "trouble" : "attention"}>
          {said.map(({ pointer, message }) => (
            <li key={`${pointer} ${message}`}>{message}</li>
          ))}
        </ul>
      )}
      {isOpen && <Fields rule={rule} faults={faults} put={put} />}
    </li>
  );
}

type FieldsProps = Pick<RuleFieldsProps, "rule" | "faults" | "put">;

function Fields({ rule, faults, put }: FieldsProps) {
  const { t } = useTranslation();
  const kind = kindOf(rule.effect);
  const amount = amountOf(rule.effect);
  const faultAt = (part: string) => faults.find(({ pointer }) => pointer.startsWith(part))?.message;
  return (
    <div className={classes.fields}>
      <CommitField
        label={t("control.name")}
        value={rule.name}
        required
        maxLength={120}
        error={faultAt("/name")}
        commit={(name) => put({ ...rule, name })}
      />
      <div className={classes.row}>
        <Select
          label={t("control.effect")}
          data={effectKinds.map((value) => ({ value, label: t(`control.effects.${value}`) }))}
          value={kind}
          error={faultAt("/effect")}
          onChange={(next) => {
            const chosen = effectKinds.find((one) => one === next);
            if (chosen) put({ ...rule, effect: effectOf(chosen, amount, rule.effect.timeZone) });
          }}
          allowDeselect={false}
        />
        {amount !== undefined && (
          <Amount
            label={t(amountLabels[kind] ?? "control.units")}
            most={kind === "bufferPercent" ? 100 : 1_000_000_000}
            value={amount}
            commit={(next) =>
              put({ ...rule, effect: { ...rule.effect, ...effectOf(kind, next, rule.effect.timeZone) } })
            }
          />
        )}
        {rule.effect.period && (
          <Select
            label={t("control.timeZone")}
            data={timeZones}
            value={rule.effect.timeZone ?? "UTC"}
            error={faultAt("/effect/timeZone")}
            onChange={(timeZone) => timeZone && put({ ...rule, effect: { ...rule.effect, timeZone } })}
            searchable
            limit={100}
            allowDeselect={false}
            nothingFoundMessage={t("ui.nothingFound")}
          />
        )}
      </div>
      <ScopeFields scope={rule.scope ?? {}} faultAt={faultAt} put={(scope) => put(withScope(rule, scope))} />
      <div className={classes.row} style={{ gridTemplateColumns: "repeat(auto-fit, minmax(200px, 1fr))" }}>
        <MomentField
          label={t("control.validFrom")}
          value={rule.validFrom}
          error={faultAt("/validFrom")}
          commit={(validFrom) => put(withDates({ ...rule, validFrom }))}
        />
        <MomentField
          label={t("control.validUntil")}
          value={rule.validUntil}
          error={faultAt("/validUntil")}
          commit={(validUntil) => put(withDates({ ...rule, validUntil }))}
        />
      </div>
    </div>
  );
}

const amountLabels: Partial<Record<EffectKind, "control.percent" | "control.share">> = {
  bufferPercent: "control.percent",
  quota: "control.share",
  quotaDay: "control.share",
  quotaWeek: "control.share",
};
const timeZones = timeZonesWith("UTC");

/** Absent dates are absent, as the document has them. */
function withDates({ validFrom, validUntil, ...rule }: Omit<Control, "validFrom" | "validUntil"> & Dates): Control {
  return { ...rule, ...(validFrom && { validFrom }), ...(validUntil && { validUntil }) };
}

type Dates = { validFrom?: string | undefined; validUntil?: string | undefined };
type AmountProps = { label: string; most: number; value: number; commit: (value: number) => void };

/** Counts when it is left: one step for undoing. */
function Amount({ label, most, value, commit }: AmountProps) {
  const [shown, setShown] = useState<number | string>(value);
  useEffect(() => setShown(value), [value]);
  return (
    <NumberInput
      label={label}
      value={shown}
      min={0}
      max={most}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="strict"
      onChange={setShown}
      onBlur={() => (typeof shown === "number" ? shown !== value && commit(shown) : setShown(value))}
    />
  );
}

import { SegmentedControl, SimpleGrid, TextInput } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";

/** What a stock file says of itself: when it was true, what its numbers mean, and whether it names everything. */
export type Counted = {
  /** Local date and time as the browser's field writes it. Empty: a column of the file says it row by row. */
  asOf: string;
  basis: "physical" | "available";
  scope: "partial" | "full";
};

export function countedNow(): Counted {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return { asOf: local.toISOString().slice(0, "2026-11-20T14:05".length), basis: "physical", scope: "partial" };
}

/** As the API wants it. */
export function stockOptions({ asOf, basis, scope }: Counted): Record<string, string> {
  return { basis, scope, ...(asOf && { asOf: new Date(asOf).toISOString() }) };
}

export function StockOptions({ value, change }: { value: Counted; change: (value: Counted) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        type="datetime-local"
        label={t("import.asOf")}
        description={t("import.asOfHint")}
        required={value.scope === "full"}
        value={value.asOf}
        onChange={(event) => change({ ...value, asOf: event.currentTarget.value })}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Choice
          label={t("import.basis")}
          value={value.basis}
          change={(basis) => change({ ...value, basis })}
          options={[
            { value: "physical", label: t("import.physical") },
            { value: "available", label: t("import.available") },
          ]}
        />
        <Choice
          label={t("import.scope")}
          value={value.scope}
          change={(scope) => change({ ...value, scope })}
          options={[
            { value: "partial", label: t("import.partial") },
            { value: "full", label: t("import.full") },
          ]}
        />
      </SimpleGrid>
      {value.scope === "full" && (
        <p className="soft" style={{ margin: 0 }}>
          {t("import.fullEffect")}
        </p>
      )}
    </>
  );
}

type ChoiceProps<Value extends string> = {
  label: string;
  value: Value;
  change: (value: Value) => void;
  options: { value: Value; label: string }[];
};

function Choice<Value extends string>({ label, value, change, options }: ChoiceProps<Value>) {
  const id = useId();
  return (
    <div>
      <div id={id}>{label}</div>
      <SegmentedControl size="xs" fullWidth aria-labelledby={id} value={value} onChange={change} data={options} />
    </div>
  );
}

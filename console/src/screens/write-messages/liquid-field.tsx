import { useDebouncedCallback } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { CompletingField } from "../change-documents/completing-field.tsx";
import type { Variable } from "../change-documents/insert-value.tsx";
import type { Fault } from "../change-documents/use-draft.ts";
import { completionsAt, placeOfFault } from "./complete-liquid.ts";

/** After the last letter; the preview follows the typing, and one step of undoing is a few words. */
const PAUSE_MS = 500;

type LiquidFieldProps = {
  label: string;
  value: string;
  change: (text: string) => unknown;
  variables: readonly Variable[];
  /** Those of this very text. */
  faults: readonly Fault[];
  minRows?: number;
  maxLength?: number;
};

/** A text with values of the order in it: completed while it is typed, or inserted from a list. */
export function LiquidField({ label, value, change, variables, faults, minRows = 1, maxLength }: LiquidFieldProps) {
  const { t } = useTranslation();
  const later = useDebouncedCallback(change, PAUSE_MS);
  return (
    <CompletingField
      label={label}
      value={value}
      typed={later}
      commit={(text) => {
        later.cancel();
        change(text);
      }}
      required
      minRows={minRows}
      maxLength={maxLength ?? 4_000}
      completions={(text, caret) => completionsAt(variables, text, caret)}
      faults={faults.map(({ message }) => ({ message, at: placeOfFault(value, message) }))}
      insertable={{ label: t("template.insert", { field: label }), variables }}
    />
  );
}

import { formatLocale } from "../../ui/format.ts";

/** What messages are often written in; any other is named by its code. */
const common =
  "bg cs da de de-AT de-CH el en en-GB en-US es et fi fr fr-CH hr hu it lt lv nb nl pl pt pt-BR ro sk sl sv tr uk";

export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([formatLocale()], { type: "language" }).of(code) ?? code;
  } catch {
    // What a draft says may be no language at all: it is shown as it is.
    return code;
  }
}

export function languageChoices(chosen: string): { value: string; label: string }[] {
  return [...new Set([...common.split(" "), chosen])]
    .filter((code) => code !== "")
    .map((value) => ({ value, label: languageName(value) }))
    .toSorted((one, other) => one.label.localeCompare(other.label));
}

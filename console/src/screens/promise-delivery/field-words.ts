import i18next from "i18next";
import { humanize } from "../humanize.ts";

/** What a field is called; one that a newer server knows and this console does not is called by its own name. */
export function fieldName(name: string): string {
  return told(`delivery.fields.${name}`, name);
}

export function valueName(value: string): string {
  return told(`delivery.values.${value}`, value);
}

function told(key: string, name: string): string {
  const { t, exists } = i18next;
  return exists(key) ? String(t(key as "delivery.title")) : humanize(name);
}

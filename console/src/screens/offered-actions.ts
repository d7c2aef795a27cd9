import { useTranslation } from "react-i18next";
import type { ActionFormField, OfferedAction } from "../api/generated/types.gen.ts";

/** What every floor and every order has, with buttons and dialogs of its own. Anything else comes from the retailer's workflow. */
const known: ReadonlySet<string> = new Set([
  "accept",
  "startPicking",
  "pack",
  "ready",
  "extend",
  "ship",
  "collect",
  "reject",
  "cancel",
]);

export function ownActions(actions: readonly OfferedAction[]): OfferedAction[] {
  return actions.filter(({ event }) => !known.has(event));
}

type LocalText = OfferedAction["label"];

/** A text of a workflow in the reader's language, else in the first that it has. */
export function useLocalText(): (text: LocalText) => string {
  const { i18n } = useTranslation();
  return (text) => localText(text, i18n.language);
}

export function localText(text: LocalText, locale: string): string {
  if (typeof text === "string") return text;
  const language = locale.split("-")[0] ?? "";
  return String(text[locale] ?? text[language] ?? text["en"] ?? Object.values(text)[0] ?? "");
}

/** Whether a value of which only JSON is known says something per language, such as `{"en": "Reject", "de": "Ablehnen"}`. */
export function isLocalText(value: unknown): value is LocalText {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const texts = Object.entries(value);
  return (
    texts.length > 0 && texts.every(([tag, text]) => /^[a-z]{2}(-[A-Z]{2})?$/.test(tag) && typeof text === "string")
  );
}

export type FormValues = Readonly<Record<string, string | number | boolean>>;

/** Whether everything that must be entered is there. What is wrong with it the server says, with its place. */
export function isComplete(form: readonly ActionFormField[], values: FormValues): boolean {
  return form.every(({ name, required }) => !required || (values[name] !== undefined && values[name] !== ""));
}

/** What was entered, without what was left empty. */
export function dataOf(values: FormValues): FormValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}

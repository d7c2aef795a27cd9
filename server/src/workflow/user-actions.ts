import type { LocalText } from "../platform/local-text.ts";
import type { Fault } from "../platform/refusals.ts";
import type { FormField, Params, UserAction } from "./definition.ts";

export type FormFieldJson = Pick<FormField, "name" | "label" | "type"> & Partial<FormField>;

/** As it stands in a definition: what may be left out is left out. */
export interface UserActionJson {
  readonly label: LocalText;
  readonly permission: string;
  readonly confirm?: LocalText;
  readonly form?: readonly FormFieldJson[];
  readonly whileHeld?: boolean;
}

const TEXT_LENGTH = 500;

/** Fills in what was left out. The shape has been checked; what no shape can say becomes a fault. */
export function readUserAction(json: UserActionJson, pointer: string, faults: Fault[]): UserAction {
  const form = readForm(json.form ?? [], `${pointer}/form`, faults);
  const { label, permission, confirm, whileHeld } = json;
  return { label, permission, confirm: confirm ?? null, form, whileHeld: whileHeld ?? false };
}

/** The same for a form alone. */
export function readForm(fields: readonly FormFieldJson[], pointer: string, faults: Fault[]): FormField[] {
  const names = new Set<string>();
  return fields.map((field, index): FormField => {
    const place = `${pointer}/${index}`;
    if (names.has(field.name)) faults.push({ pointer: `${place}/name`, message: "is the name of another field" });
    names.add(field.name);
    if ((field.type === "choice") !== (field.options !== undefined))
      faults.push({ pointer: `${place}/options`, message: "must be there for a choice, and only for one" });
    return {
      name: field.name,
      label: field.label,
      type: field.type,
      required: field.required ?? false,
      personal: field.personal ?? field.type === "text",
      options: field.options ?? [],
      maxLength: field.maxLength ?? TEXT_LENGTH,
      minimum: field.minimum ?? null,
      maximum: field.maximum ?? null,
    };
  });
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What is wrong with the data that a person has entered into an action's form; pointers into the data. */
export function faultsOfForm(form: readonly FormField[], data: Params): Fault[] {
  const faults: Fault[] = [];
  const known = new Set(form.map(({ name }) => name));
  for (const name of Object.keys(data))
    if (!known.has(name)) faults.push({ pointer: `/${name}`, message: "is not a field of this action" });
  for (const field of form) {
    const value = Object.hasOwn(data, field.name) ? data[field.name] : undefined;
    const message = value === undefined ? (field.required ? "is required" : null) : faultOfValue(field, value);
    if (message !== null) faults.push({ pointer: `/${field.name}`, message });
  }
  return faults;
}

function faultOfValue(field: FormField, value: unknown): string | null {
  switch (field.type) {
    case "text":
      if (typeof value !== "string") return "must be a text";
      if (field.required && value.trim() === "") return "is required";
      return value.length > field.maxLength ? `must have at most ${field.maxLength} characters` : null;
    case "number":
      if (typeof value !== "number" || !Number.isFinite(value)) return "must be a number";
      if (field.minimum !== null && value < field.minimum) return `must be at least ${field.minimum}`;
      return field.maximum !== null && value > field.maximum ? `must be at most ${field.maximum}` : null;
    case "flag":
      return typeof value === "boolean" ? null : "must be true or false";
    case "date":
      return typeof value === "string" && DAY.test(value) && isDay(value) ? null : "must be a day, such as 2026-11-22";
    case "choice":
      return field.options.some((option) => option.value === value)
        ? null
        : `must be one of ${field.options.map((option) => option.value).join(", ")}`;
  }
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

import type { WorkflowEntityType } from "../../api/generated/types.gen.ts";
import type { Completion, Completions } from "../change-documents/completing-field.tsx";

export type Language = WorkflowEntityType["conditions"];

const MACRO = /([A-Za-z_][\w.]*)\.(?:exists_one|exists|all|filter|map)\(\s*([A-Za-z_]\w*)\s*,/g;

/** What may stand at the caret of a condition: variables, the fields of what is before a point, and functions. */
export function completionsAt(language: Language, text: string, caret: number): Completions {
  const before = text.slice(0, caret);
  const written = /(?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\.?)?$/.exec(before)?.[0] ?? "";
  const parts = written.split(".");
  const beginning = parts.at(-1) ?? "";
  const from = caret - beginning.length;
  if (isInText(before)) return { from, options: [] };
  const options = parts.length === 1 ? openings(language, before) : fieldsOf(language, before, parts.slice(0, -1));
  const fitting = options.filter(({ insert }) => insert.startsWith(beginning) && insert !== beginning);
  return { from, options: fitting.slice(0, 12) };
}

function isInText(before: string): boolean {
  return (before.match(/"/g)?.length ?? 0) % 2 === 1 || (before.match(/'/g)?.length ?? 0) % 2 === 1;
}

/** What a list's macro calls each of its items: `order.lines.exists(line, …)`. */
function itemsOf(language: Language, before: string): ReadonlyMap<string, string> {
  const items = new Map<string, string>();
  for (const [, list = "", name = ""] of before.matchAll(MACRO)) {
    const field = fieldAt(language, list.split("."), items);
    if (field?.of) items.set(name, field.of);
  }
  return items;
}

function openings(language: Language, before: string): Completion[] {
  const items = [...itemsOf(language, before)].map(([insert, about]) => ({ insert, about }));
  const variables = language.variables.map(({ name, description }) => ({ insert: name, about: description }));
  const functions = language.functions
    .filter(({ receiver }) => receiver === null)
    .map(({ name, description }) => ({ insert: `${name}(`, about: description }));
  return [...items, ...variables, ...functions];
}

function fieldsOf(language: Language, before: string, path: readonly string[]): Completion[] {
  const items = itemsOf(language, before);
  const type = typeAt(language, path, items);
  const fields = language.types.find(({ name }) => name === type)?.fields ?? [];
  const field = fieldAt(language, path, items);
  const methods = language.functions.filter(({ receiver }) => receiver !== null && receiver === field?.type);
  return [
    ...fields.map(({ name, description }) => ({ insert: name, about: description })),
    ...methods.map(({ name, description }) => ({ insert: `${name}(`, about: description })),
  ];
}

/** The type of the object that a path leads to; null for what has no fields. */
function typeAt(language: Language, path: readonly string[], items: ReadonlyMap<string, string>): string | null {
  const [first = "", ...rest] = path;
  if (rest.length > 0) {
    const field = fieldAt(language, path, items);
    return field?.type === "object" ? field.of : null;
  }
  return items.get(first) ?? language.variables.find(({ name }) => name === first)?.type ?? null;
}

function fieldAt(language: Language, path: readonly string[], items: ReadonlyMap<string, string>) {
  if (path.length < 2) return undefined;
  const type = typeAt(language, path.slice(0, -1), items);
  return language.types.find(({ name }) => name === type)?.fields.find(({ name }) => name === path.at(-1));
}

/**
 * `order.channel` is one of these; of a list such as `order.pickupLocations` one of these is in it; of an amount such as
 * `order.total` it is at least the only one.
 */
export interface Part {
  readonly path: string;
  readonly values: readonly string[];
}

/** What parts may look at; a list has several values. */
export interface PartField {
  readonly path: string;
  readonly isList?: boolean;
  /** A whole number, of which a rule says the least. */
  readonly isAmount?: boolean;
}

const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
const PATH = String.raw`[A-Za-z]\w*(?:\.[A-Za-z]\w*)+`;
const END = String.raw`\s*(?:&&|$)`;
const PART = new RegExp(
  String.raw`^\s*(${PATH})\s*(?:==\s*(${TEXT})|in\s*\[\s*(${TEXT}(?:\s*,\s*${TEXT})*)\s*\])${END}`,
);
const AMOUNT_PART = new RegExp(String.raw`^\s*(${PATH})\s*>=\s*(\d{1,15})${END}`);
const IN_LIST = String.raw`${TEXT}\s*in\s*${PATH}`;
const LIST_PART = new RegExp(String.raw`^\s*(?:(${IN_LIST})|\(\s*(${IN_LIST}(?:\s*\|\|\s*${IN_LIST})+)\s*\))${END}`);

/**
 * A condition as choices from lists, all of which must hold; none: it always holds. Null: it says more than choices can,
 * or looks at something that is not among the known fields.
 */
export function readParts(condition: string, known: readonly PartField[]): Part[] | null {
  if (condition.trim() === "true") return [];
  const parts: Part[] = [];
  for (let rest = condition; ; ) {
    const [taken, part] = takenFrom(rest, known) ?? [];
    if (taken === undefined || part === undefined) return null;
    parts.push(part);
    if (!taken.endsWith("&&")) return parts;
    rest = rest.slice(taken.length);
  }
}

function takenFrom(text: string, known: readonly PartField[]): [taken: string, part: Part] | null {
  const isKnown = (path: string, isList: boolean, isAmount = false) =>
    known.some(
      (field) => field.path === path && (field.isList ?? false) === isList && (field.isAmount ?? false) === isAmount,
    );
  const [amountTaken, of = "", least = ""] = AMOUNT_PART.exec(text) ?? [];
  if (amountTaken !== undefined)
    return isKnown(of, false, true) ? [amountTaken, { path: of, values: [String(Number(least))] }] : null;
  const [taken, path = "", one, several] = PART.exec(text) ?? [];
  if (taken !== undefined)
    return isKnown(path, false) ? [taken, { path, values: JSON.parse(`[${one ?? several}]`) as string[] }] : null;
  const [listTaken, only, any] = LIST_PART.exec(text) ?? [];
  if (listTaken === undefined) return null;
  const said = [...(only ?? any ?? "").matchAll(new RegExp(`(${TEXT})\\s*in\\s*(${PATH})`, "g"))];
  const [list = "", ...others] = new Set(said.map(([, , of = ""]) => of));
  if (others.length > 0 || !isKnown(list, true)) return null;
  return [listTaken, { path: list, values: said.map(([, value = '""']) => JSON.parse(value) as string) }];
}

/** The condition that says the same. A part without values says nothing yet. */
export function writeParts(parts: readonly Part[], known: readonly PartField[]): string {
  const said = parts
    .filter(({ values }) => values.length > 0)
    .map((part) => {
      const field = known.find(({ path }) => path === part.path);
      if (field?.isAmount) return `${part.path} >= ${part.values[0]}`;
      return field?.isList ? listText(part) : partText(part);
    });
  return said.length === 0 ? "true" : said.join(" && ");
}

function partText({ path, values }: Part): string {
  if (values.length === 1) return `${path} == ${JSON.stringify(values[0])}`;
  return `${path} in [${values.map((value) => JSON.stringify(value)).join(", ")}]`;
}

function listText({ path, values }: Part): string {
  const each = values.map((value) => `${JSON.stringify(value)} in ${path}`);
  return each.length === 1 ? each.join("") : `(${each.join(" || ")})`;
}

/** `order.channel` is one of these. */
export interface Part {
  readonly path: string;
  readonly values: readonly string[];
}

const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
const PART = new RegExp(
  String.raw`^\s*([A-Za-z]\w*(?:\.[A-Za-z]\w*)+)\s*(?:==\s*(${TEXT})|in\s*\[\s*(${TEXT}(?:\s*,\s*${TEXT})*)\s*\])\s*(?:&&|$)`,
);

/**
 * A condition as choices from lists, all of which must hold; none: it always holds. Null: it says more than choices can,
 * or looks at something that is not among the known paths.
 */
export function readParts(condition: string, known: readonly string[]): Part[] | null {
  if (condition.trim() === "true") return [];
  const parts: Part[] = [];
  for (let rest = condition; ; ) {
    const [taken, path = "", one, several] = PART.exec(rest) ?? [];
    if (taken === undefined || !known.includes(path)) return null;
    parts.push({ path, values: JSON.parse(`[${one ?? several}]`) as string[] });
    if (!taken.endsWith("&&")) return parts;
    rest = rest.slice(taken.length);
  }
}

/** The condition that says the same. A part without values says nothing yet. */
export function writeParts(parts: readonly Part[]): string {
  const said = parts.filter(({ values }) => values.length > 0).map(partText);
  return said.length === 0 ? "true" : said.join(" && ");
}

function partText({ path, values }: Part): string {
  if (values.length === 1) return `${path} == ${JSON.stringify(values[0])}`;
  return `${path} in [${values.map((value) => JSON.stringify(value)).join(", ")}]`;
}

/**
 * What the server says to people (why it refuses, what is wrong with a draft, why something is an exception) is English. The
 * console knows these sentences in the other languages that it speaks, by the sentence itself with {0}, {1} … for what
 * stands in it; one of a newer server, or of another system, is shown as it came.
 */
interface Pattern {
  readonly matches: RegExp;
  /** Which value each group holds. */
  readonly places: readonly number[];
  readonly said: string;
}

let exact: ReadonlyMap<string, string> = new Map();
let patterns: readonly Pattern[] = [];

const PLACE = /\{(\d)\}/g;
const fixed = (template: string) => template.replace(PLACE, "").length;

/** From now on the server's sentences are said like this; empty: as they come. */
export function speakServerTexts(texts: Readonly<Record<string, string>>): void {
  const all = Object.entries(texts);
  exact = new Map(all.filter(([template]) => !/\{\d\}/.test(template)));
  // What says most by itself is asked first: "{0} is {1}" would take anything.
  patterns = all
    .filter(([template]) => /\{\d\}/.test(template))
    .toSorted(([one], [other]) => fixed(other) - fixed(one))
    .map(([template, said]) => ({
      matches: new RegExp(`^${template.split(PLACE).map(partOf).join("")}$`, "su"),
      places: [...template.matchAll(PLACE)].map(([, place]) => Number(place)),
      said,
    }));
}

/** `split` by a pattern with a group gives text and place in turn. */
function partOf(text: string, index: number): string {
  return index % 2 === 1 ? "(.*?)" : text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** A code or a name stays what it is. */
function partText(value: string): string {
  return value.includes(" ") ? serverText(value) : value;
}

/** A sentence of the server in the reader's language. What stands in it may be one itself. */
export function serverText(english: string): string {
  const known = exact.get(english);
  if (known !== undefined) return known;
  for (const { matches, places, said } of patterns) {
    const found = matches.exec(english);
    if (found === null) continue;
    const values = new Map(places.map((place, index) => [place, partText(found[index + 1] ?? "")]));
    return said.replace(PLACE, (_, place: string) => values.get(Number(place)) ?? "");
  }
  return english;
}

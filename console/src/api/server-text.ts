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

/** A list says the same sentences again at every render, and each may be tried with hundreds of patterns. */
const said = new Map<string, string>();
const mostSaid = 2_000;

const PLACE = /\{(\d)\}/g;
const fixed = (template: string) => template.replace(PLACE, "").length;

/** From now on the server's sentences are said like this; empty: as they come. */
export function speakServerTexts(texts: Readonly<Record<string, string>>): void {
  said.clear();
  const all = Object.entries(texts);
  exact = new Map(all.filter(([template]) => !/\{\d\}/.test(template)));
  // What says most by itself is asked first: "{0} is {1}" would take anything.
  patterns = all
    .filter(([template]) => /\{\d\}/.test(template))
    .toSorted(([one], [other]) => fixed(other) - fixed(one))
    .map(([template, translated]) => ({
      matches: new RegExp(`^${template.split(PLACE).map(partOf).join("")}$`, "su"),
      places: [...template.matchAll(PLACE)].map(([, place]) => Number(place)),
      said: translated,
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

/** A title or note in the reader's language when it came with a release; what people wrote stays, whatever it is like. */
export function shippedText(english: string): string {
  return exact.get(english) ?? english;
}

/** What the server answers, with the titles and descriptions of what came with it in the reader's language. */
export function inReadersWords<Answer>(answer: Answer): Answer {
  if (Array.isArray(answer)) return answer.map(inReadersWords) as Answer;
  if (typeof answer !== "object" || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === "string" && (name === "description" || name === "title")
        ? shippedText(value)
        : inReadersWords(value),
    ]),
  ) as Answer;
}

/** A sentence of the server in the reader's language. What stands in it may be one itself. */
export function serverText(english: string): string {
  const known = exact.get(english) ?? said.get(english);
  if (known !== undefined) return known;
  const found = bySentence(english);
  const [oldest] = said.keys();
  if (said.size === mostSaid && oldest !== undefined) said.delete(oldest);
  said.set(english, found);
  return found;
}

function bySentence(english: string): string {
  for (const pattern of patterns) {
    const found = pattern.matches.exec(english);
    if (found === null) continue;
    const values = new Map(pattern.places.map((place, index) => [place, partText(found[index + 1] ?? "")]));
    return pattern.said.replace(PLACE, (_, place: string) => values.get(Number(place)) ?? "");
  }
  return english;
}

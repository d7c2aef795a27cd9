import type { Completion, Completions } from "../change-documents/completing-field.tsx";
import type { Variable } from "../change-documents/insert-value.tsx";

const shownAtOnce = 12;
const filters = ["upcase", "downcase", "capitalize", "strip", "truncate", "default"];
const tags = ["if", "unless", "case", "when", "else", "elsif", "endif", "endunless", "endcase"];

/** What may stand at the caret of a Liquid text: names and filters inside of outputs, names and words inside of tags. */
export function completionsAt(variables: readonly Variable[], text: string, caret: number): Completions {
  const before = text.slice(0, caret);
  const beginning = /[\w.]*$/.exec(before)?.[0] ?? "";
  const from = caret - beginning.length;
  const [output, tag] = [before.lastIndexOf("{{"), before.lastIndexOf("{%")];
  const opened = Math.max(output, tag);
  const isOpen = opened !== -1 && !/[}%]}/.test(before.slice(opened));
  if (!isOpen) return { from, options: [] };
  const inside = before.slice(opened + 2, from);
  const options = optionsFor(variables, inside, tag > output).filter(
    ({ insert }) => insert.startsWith(beginning) && insert !== beginning,
  );
  return { from, options: options.slice(0, shownAtOnce) };
}

function optionsFor(variables: readonly Variable[], inside: string, isTag: boolean): Completion[] {
  const words = (given: readonly string[]) => given.map((insert) => ({ insert, about: "" }));
  if (isTag && inside.trim() === "") return words(tags);
  if (/\|\s*$/.test(inside)) return words(filters);
  return variables.map(({ path, about }) => ({ insert: path, about }));
}

const PLACE = /\(line (\d+), column (\d+)\)$/;

/** Where the caret goes to see a fault that names its line and column; undefined: it names none. */
export function placeOfFault(text: string, message: string): number | undefined {
  const [, line, column] = PLACE.exec(message) ?? [];
  if (line === undefined || column === undefined) return undefined;
  const before = text.split("\n").slice(0, Number(line) - 1);
  return before.reduce((sum, each) => sum + each.length + 1, 0) + Number(column) - 1;
}

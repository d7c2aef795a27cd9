import type { DocumentChange } from "../platform/documents/document-kind.ts";
import type { Block, MessageTemplate } from "./template.ts";

type Field = Exclude<keyof MessageTemplate, "blocks">;

const FIELDS: readonly (readonly [Field, string])[] = [
  ["title", "The name"],
  ["trigger", "What it tells of"],
  ["medium", "The way it is sent"],
  ["language", "The language"],
  ["brand", "The brand"],
  ["channel", "The sales channel"],
  ["layout", "The layout"],
  ["subject", "The subject"],
  ["text", "The text"],
];

/** The differences of two templates, as somebody who writes them would tell them. */
export function compareTemplates(before: MessageTemplate, after: MessageTemplate): DocumentChange[] {
  const fields = FIELDS.flatMap(([field, what]) => changed(what, `/${field}`, before[field], after[field]));
  return [...fields, ...compareBlocks(before.blocks ?? [], after.blocks ?? [])];
}

function changed(what: string, pointer: string, before: unknown, after: unknown): DocumentChange[] {
  const [was, is] = [before ?? null, after ?? null];
  if (was === is) return [];
  const change = was === null ? "added" : is === null ? "removed" : "changed";
  const sentence = {
    added: `${what} is new: ${quoted(is)}.`,
    removed: `${what} is gone; it was ${quoted(was)}.`,
    changed: `${what} is now ${quoted(is)} instead of ${quoted(was)}.`,
  }[change];
  return [{ change, part: "field", pointer, sentence, before: was, after: is }];
}

function quoted(value: unknown): string {
  return `“${String(value)}”`;
}

const NAMES: Readonly<Record<Block["type"], string>> = {
  heading: "heading",
  text: "text",
  note: "small print",
  button: "button",
  rows: "list",
  total: "total",
  divider: "line",
};

/**
 * What stands in both is the frame; between its parts, blocks of one type that follow each other are one block that was
 * changed. At most 40 blocks, so that the table of all pairs is small.
 */
function compareBlocks(before: readonly Block[], after: readonly Block[]): DocumentChange[] {
  const changes: DocumentChange[] = [];
  let [from, to] = [0, 0];
  for (const [same, other] of [...commonBlocks(before, after), [before.length, after.length] as const]) {
    changes.push(...compareStretch(before, after, [from, same], [to, other]));
    [from, to] = [same + 1, other + 1];
  }
  return changes;
}

function compareStretch(
  before: readonly Block[],
  after: readonly Block[],
  [from, end]: readonly [number, number],
  [to, limit]: readonly [number, number],
): DocumentChange[] {
  const gone = before.slice(from, end).map((block, index) => ({ block, place: from + index }));
  const changes: DocumentChange[] = [];
  for (let place = to; place < limit; place++) {
    const block = after[place]!;
    const match = gone.findIndex((one) => one.block.type === block.type);
    if (match === -1) changes.push(blockChange("added", block, place));
    else changes.push(...compareBlock(gone.splice(match, 1)[0]!.block, block, place));
  }
  return [...changes, ...gone.map(({ block, place }) => blockChange("removed", block, place))];
}

function compareBlock(before: Block, after: Block, place: number): DocumentChange[] {
  const [was, is] = [before as Record<string, unknown>, after as Record<string, unknown>];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((field) =>
    changed(
      `The ${field} of block ${place + 1} (${NAMES[after.type]})`,
      `/blocks/${place}/${field}`,
      was[field],
      is[field],
    ),
  );
}

function blockChange(change: "added" | "removed", block: Block, place: number): DocumentChange {
  const { type, ...texts } = block;
  const said = Object.values(texts).join(" · ");
  const what = `Block ${place + 1} (${NAMES[type]})`;
  const sentence = `${what} is ${change === "added" ? "new" : "gone"}${said === "" ? "" : `: ${quoted(said)}`}.`;
  const [before, after] = change === "added" ? [null, block] : [block, null];
  return { change, part: "block", pointer: `/blocks/${place}`, sentence, before, after };
}

/** The longest run of equal blocks in the same order, as pairs of their places. */
function commonBlocks(before: readonly Block[], after: readonly Block[]): (readonly [number, number])[] {
  const [left, right] = [before.map((block) => JSON.stringify(block)), after.map((block) => JSON.stringify(block))];
  const best = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      best[i]![j] = left[i] === right[j] ? best[i + 1]![j + 1]! + 1 : Math.max(best[i + 1]![j]!, best[i]![j + 1]!);
  const pairs: (readonly [number, number])[] = [];
  for (let [i, j] = [0, 0]; i < left.length && j < right.length; ) {
    if (left[i] === right[j]) pairs.push([i++, j++]);
    else if (best[i + 1]![j]! >= best[i]![j + 1]!) i++;
    else j++;
  }
  return pairs;
}

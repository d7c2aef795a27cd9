import { Type } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import type { Publication } from "../platform/documents/document-kind.ts";
import { documents } from "../platform/documents/refusals.ts";
import { common, type Fault } from "../platform/refusals.ts";
import { countLiveStates, type Leaf, leavesOf, versionsOf } from "./live-states.ts";
import { pointerTo } from "./parse-definition.ts";

/** From states of earlier versions to states of the new one. */
export const StateMapping = Type.Record(
  Type.String({ maxLength: 400 }),
  Type.String({ maxLength: 400, description: "State of the new version.", examples: ["open.packed"] }),
  {
    description: "Where entities in these states of earlier versions are to go in the new one.",
    examples: [{ "open.giftWrapping": "open.packed" }],
    maxProperties: 200,
  },
);

export const PublishOptions = Type.Object(
  { mapping: Type.Optional(StateMapping) },
  { additionalProperties: false, description: "What the publisher of a workflow may say besides." },
);

/** A state in which something stands is not removed unless it is said where that goes (X5). */
export async function refuseLostStates(
  transaction: Transaction,
  { code, content, options }: Publication,
): Promise<void> {
  const mapping = (options["mapping"] ?? {}) as Record<string, string>;
  const leaves = leavesOf(content);
  refuseWrongTargets(leaves, mapping, "/options/mapping");
  const known = new Set(leaves.map(({ path }) => path));
  const live = await countLiveStates(transaction, await versionsOf(transaction, code));
  const lost = new Map<string, number>();
  for (const { state, count } of live)
    if (!known.has(state) && !Object.hasOwn(mapping, state)) lost.set(state, (lost.get(state) ?? 0) + count);
  if (lost.size === 0) return;
  const states = [...lost].map(([state, count]) => ({ state, count }));
  const told = states.map(({ state, count }) => `${count} in ${state}`).join(", ");
  throw documents.refuse("documentInUse", {
    message: `It has no state any more for what stands in states of earlier versions: ${told}. Keep these states, or say in options.mapping where it goes.`,
    details: { states },
  });
}

/** Things are put only where they can stay and go on. */
export function refuseWrongTargets(leaves: readonly Leaf[], mapping: Record<string, string>, pointer: string): void {
  const byPath = new Map(leaves.map((leaf) => [leaf.path, leaf]));
  const faults = Object.entries(mapping).flatMap(([from, to]): Fault[] => {
    const leaf = byPath.get(to);
    const at = pointerTo(pointer, from);
    if (leaf === undefined) return [{ pointer: at, message: `is no state of the new version: ${to}` }];
    if (leaf.final) return [{ pointer: at, message: `ends the workflow; what is open cannot go there: ${to}` }];
    return leaf.passing ? [{ pointer: at, message: `is left at once by transitions without an event: ${to}` }] : [];
  });
  if (faults.length > 0) throw common.refuse("invalidInput", { faults });
}

/** What is under way would go on, but nobody could mend a fault in what it runs on: it comes to its end first (X5). */
export async function refuseUnderWay(transaction: Transaction, code: string): Promise<void> {
  const live = await countLiveStates(transaction, await versionsOf(transaction, code));
  const count = live.reduce((sum, each) => sum + each.count, 0);
  if (count === 0) return;
  throw documents.refuse("documentInUse", {
    message: `${count} ${count === 1 ? "is" : "are"} still under way in it; withdraw it when they have come to their end. What is new can start with another workflow meanwhile.`,
    details: { count },
  });
}

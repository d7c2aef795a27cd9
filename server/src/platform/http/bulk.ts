import { Type, type Static, type TSchema } from "typebox";
import type { Fault, Refusal } from "../refusals.ts";
import { compileBody } from "./compile-schemas.ts";
import { FaultAnswer, refusalOfSchemaErrors } from "./problems.ts";
import type { Answer, Call, Route } from "./route.ts";
import { refuseUnstorableText, unstorableText } from "./unstorable.ts";

/** Why one item of a bulk call was refused; the other items are not affected. */
export const ItemProblem = Type.Object(
  {
    code: Type.String({ description: "Stable name of the problem.", examples: ["versionConflict"] }),
    title: Type.String({ description: "What it means.", examples: ["It was changed since you read it."] }),
    detail: Type.String({ description: "What it means here.", examples: ["There is no SHIRT-RED-M."] }),
    errors: Type.Optional(Type.Array(FaultAnswer, { description: "Every fault of the item." })),
  },
  { description: "Why this item was refused." },
);
export type ItemProblem = Static<typeof ItemProblem>;

/** The answer of a bulk call: `result` of every item that took effect, the problem of every other. */
export const bulkOf = <Result extends TSchema>(result: Result, $id: string) =>
  Type.Object(
    {
      items: Type.Array(
        Type.Object({
          index: Type.Integer({ description: "Place of the item in the request, from 0.", examples: [0] }),
          status: Type.Union([Type.Literal("ok"), Type.Literal("refused")], {
            description: "Whether this item took effect.",
          }),
          result: Type.Optional(result),
          problem: Type.Optional(ItemProblem),
        }),
        { description: "One result per item, in the order of the request." },
      ),
    },
    { $id, description: "One result per item; items do not affect each other." },
  );

type BulkCall = Call<unknown, unknown, { items: unknown[] }>;

interface AnsweredItem {
  index: number;
  problem?: ItemProblem;
}

/**
 * Carries out a bulk call of which some items do not fit the schema: these are refused with their places, the others
 * go through under the places and keys that they have in the request. A call that is wrong beside its items is refused
 * as a whole. Nothing of this runs for a call that fits as it is.
 */
export function answerSoundItems(declared: Route): (call: BulkCall) => Promise<Answer> {
  const judge = judgeOf(declared.body!);
  const handle = declared.handle as (call: BulkCall) => Promise<{ items: AnsweredItem[] }>;
  return async (call) => {
    const { items, ...rest } = judge.envelope(call.body);
    if (declared.perItem?.(rest) === false) throw judge.whole(call.body);
    const refusals = items.map(judge.item);
    const places = refusals.flatMap((refusal, place) => (refusal === null ? [place] : []));
    const sound = { ...rest, items: places.map((place) => items[place]) };
    const answer = await handle({ ...call, body: sound, places });
    const results: object[] = refusals.map((refusal, index) =>
      refusal === null ? {} : { index, status: "refused", problem: itemProblem(refusal, index) },
    );
    for (const [position, place] of places.entries()) results[place] = movedTo(answer.items[position]!, place);
    return { ...answer, items: results };
  };
}

/** A result as that of the item at `place` of the request. */
function movedTo(item: AnsweredItem, place: number): AnsweredItem {
  if (item.problem?.errors === undefined) return { ...item, index: place };
  const errors = item.problem.errors.map((fault) => ({
    ...fault,
    pointer: fault.pointer.replace(/^\/items\/\d+/, `/items/${place}`),
  }));
  return { ...item, index: place, problem: { ...item.problem, errors } };
}

interface Judge {
  /** The body, when all but its items is as it must be; else throws. */
  envelope: (body: unknown) => { items: unknown[] };
  /** Why an item is refused. */
  item: (item: unknown) => Refusal | null;
  /** Why a body that does not fit is refused as a whole. */
  whole: (body: unknown) => Refusal;
}

function judgeOf(body: TSchema): Judge {
  const { properties } = body as unknown as { properties: { items: TSchema & { items: TSchema } } };
  const ofEnvelope = compileBody({
    ...body,
    properties: { ...properties, items: { ...properties.items, items: {} } },
  } as TSchema);
  const ofItem = compileBody(properties.items.items);
  const ofWhole = compileBody(body);
  return {
    envelope: (given) => {
      const errors = ofEnvelope(given);
      if (errors !== null) throw refusalOfSchemaErrors(errors, "body");
      const { items, ...rest } = given as { items: unknown[] };
      refuseUnstorableText(rest);
      return { ...rest, items };
    },
    item: (item) => {
      const errors = ofItem(item);
      return errors === null ? unstorableText(item) : refusalOfSchemaErrors(errors, "body", "The item");
    },
    whole: (given) => {
      const errors = ofWhole(given);
      const refusal = errors === null ? unstorableText(given) : refusalOfSchemaErrors(errors, "body");
      if (refusal === null) throw new Error("A body that fits was taken for one that does not.");
      return refusal;
    },
  };
}

/** A refusal as the problem of item `index`: its pointers are moved from the item into the body. */
export function itemProblem(refusal: Refusal, index: number): ItemProblem {
  const errors = refusal.faults.map((fault): Fault => ({ ...fault, pointer: `/items/${index}${fault.pointer}` }));
  return {
    code: refusal.code,
    title: refusal.kind.title,
    detail: refusal.message,
    ...(errors.length > 0 ? { errors } : {}),
  };
}

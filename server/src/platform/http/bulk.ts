import { Type, type Static } from "typebox";
import type { Fault, Refusal } from "../refusals.ts";

/** Why one item of a bulk call was refused; the other items are not affected. */
export const ItemProblem = Type.Object(
  {
    code: Type.String({ description: "Stable name of the problem.", examples: ["versionConflict"] }),
    title: Type.String({ description: "What it means.", examples: ["It was changed since you read it."] }),
    detail: Type.String({ description: "What it means here.", examples: ["There is no SHIRT-RED-M."] }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: "JSON pointer into the body of the call.", examples: ["/items/3/gtin"] }),
          message: Type.String({ description: "What is wrong there.", examples: ["has a wrong check digit"] }),
        }),
        { description: "Every fault of the item." },
      ),
    ),
  },
  { description: "Why this item was refused." },
);
export type ItemProblem = Static<typeof ItemProblem>;

/** A refusal as the problem of item `index`: its pointers are moved from the item into the body. */
export function itemProblem(refusal: Refusal, index: number): ItemProblem {
  const errors = refusal.faults.map(
    (fault): Fault => ({ pointer: `/items/${index}${fault.pointer}`, message: fault.message }),
  );
  return {
    code: refusal.code,
    title: refusal.kind.title,
    detail: refusal.message,
    ...(errors.length > 0 ? { errors } : {}),
  };
}

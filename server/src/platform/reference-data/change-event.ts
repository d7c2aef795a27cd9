import { Type, type TProperties } from "typebox";
import type { EventRecord } from "../events/record-events.ts";

/** What a change of reference data says besides the code, which each module names after its entity. */
export function changeData<const Code extends TProperties>(code: Code) {
  return Type.Object(
    {
      ...code,
      version: Type.Integer({ description: "Its version now; also the sequence of this event.", examples: [3] }),
      created: Type.Boolean({ description: "Whether it is new.", examples: [false] }),
      fields: Type.Array(Type.String(), {
        description: "Names of the fields that differ from before.",
        examples: [["name", "active"]],
      }),
    },
    { additionalProperties: false },
  );
}

/** A change as `changeEntities` hands it to the module, which gives it its type and its code's name. */
export interface ChangeEvent extends Omit<EventRecord, "type" | "entityType" | "data"> {
  code: string;
  data: { version: number; created: boolean; fields: string[] };
}

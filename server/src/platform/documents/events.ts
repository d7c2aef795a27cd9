import { Type } from "typebox";
import { declareEvents } from "../events/declare-events.ts";

const kind = Type.String({ description: "The kind of document.", examples: ["workflow"] });
const code = Type.String({ description: "The document's code within its kind.", examples: ["standard-order"] });
const version = Type.Integer({ description: "The version that it is about.", examples: [3] });
const closed = { additionalProperties: false } as const;

export const documentEvents = declareEvents({
  "document.published": {
    version: 1,
    description: "A version of a document is in force from now on.",
    data: Type.Object(
      {
        kind,
        code,
        version,
        replaces: Type.Union([Type.Integer(), Type.Null()], {
          description: "The version in force until now; null: none.",
          examples: [2],
        }),
        origin: Type.Enum(["shipped", "own"], { description: "Whether a release brought it.", examples: ["own"] }),
      },
      closed,
    ),
  },
  "document.retired": {
    version: 1,
    description: "A document was withdrawn: no version of it is in force any more.",
    data: Type.Object({ kind, code, version }, closed),
  },
  "document.updateOffered": {
    version: 1,
    description: "A release brought a newer version of a document that has been changed here; it was not taken.",
    data: Type.Object(
      {
        kind,
        code,
        shippedVersion: Type.Integer({ description: "Version of the shipped content.", examples: [3] }),
      },
      closed,
    ),
  },
});

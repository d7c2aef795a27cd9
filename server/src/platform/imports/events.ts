import { Type } from "typebox";
import { declareEvents } from "../events/declare-events.ts";

const rows = Type.Integer({ description: "Rows of the file.", examples: [1_000_000] });
const ended = (description: string) => ({
  version: 1,
  description,
  data: Type.Object(
    { rows, rowsFailed: Type.Integer({ description: "Rows that had no effect.", examples: [12] }) },
    { additionalProperties: false },
  ),
});

export const importEvents = declareEvents({
  "import.queued": {
    version: 1,
    description: "A file is stored whole; its rows will take effect.",
    data: Type.Object(
      { kind: Type.String({ description: "What is imported.", examples: ["stock"] }), rows },
      { additionalProperties: false },
    ),
  },
  "import.finished": ended("All rows of a file have been dealt with."),
  "import.failed": ended("A file could not be read, or failed on our side; rows before the failure stay in effect."),
  "import.cancelled": ended("An import was cancelled; rows before that stay in effect."),
});

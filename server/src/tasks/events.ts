import { Type } from "typebox";
import { declareEvents } from "../platform/events/declare-events.ts";

const about = {
  kind: Type.String({ description: "What kind of exception.", examples: ["shortOrder"] }),
  concernsType: Type.String({ description: "Type of the entity that it concerns.", examples: ["order"] }),
  concernsId: Type.String({ description: "ID of that entity.", examples: ["01936b1c-7e6a-7cc3-98d4-222222222222"] }),
  location: Type.Optional(
    Type.String({ description: "Code of the one location that it concerns.", examples: ["store-12"] }),
  ),
  channel: Type.Optional(Type.String({ description: "Code of the one channel that it concerns.", examples: ["web"] })),
};

export const taskEvents = declareEvents({
  "exception.raised": {
    description: "Something needs a person.",
    version: 1,
    data: Type.Object({
      ...about,
      ownerTeam: Type.String({ examples: ["customer-service"] }),
      dueAt: Type.String({ format: "date-time", description: "By when somebody must have dealt with it." }),
    }),
  },
  "exception.closed": {
    description: "It was resolved, by a person or because its cause is gone.",
    version: 1,
    data: Type.Object(about),
  },
});

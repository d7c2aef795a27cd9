import { Type } from "typebox";
import { declareEvents } from "../platform/events/declare-events.ts";
import { changeData } from "../platform/reference-data/change-event.ts";

const network = Type.String({ description: "The network's code.", examples: ["uk"] });

export const networkEvents = declareEvents({
  "location.changed": {
    version: 1,
    description: "A location was created or changed.",
    data: changeData({ location: Type.String({ description: "The location's code.", examples: ["store-leeds"] }) }),
  },
  "network.changed": {
    version: 1,
    description: "A network was created or changed, for example which locations belong to it.",
    data: changeData({ network }),
  },
  "network.deleted": {
    version: 1,
    description: "A network that served no channel was deleted.",
    data: Type.Object(
      { network, version: Type.Integer({ description: "The sequence of this event.", examples: [4] }) },
      { additionalProperties: false },
    ),
  },
  "channel.changed": {
    version: 1,
    description: "A channel was created or changed.",
    data: changeData({ channel: Type.String({ description: "The channel's code.", examples: ["web-uk"] }) }),
  },
});

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

const task = {
  queue: Type.String({ description: "Code of its queue.", examples: ["fraud-review"] }),
  team: Type.String({ description: "Whose it is.", examples: ["fraud"] }),
  concernsType: about.concernsType,
  concernsId: about.concernsId,
  orderId: Type.String({ description: "The order that this belongs to." }),
  location: about.location,
  channel: about.channel,
};

export const taskEvents = declareEvents({
  "task.opened": {
    description: "A workflow asks something of people.",
    version: 1,
    data: Type.Object({ ...task, dueAt: Type.String({ format: "date-time", description: "Until when." }) }),
  },
  "task.assigned": {
    description: "Somebody works on a task, or nobody any more.",
    version: 1,
    data: Type.Object({ ...task, assignee: Type.Optional(Type.String({ description: "Who; absent: nobody." })) }),
  },
  "task.commented": { description: "Somebody said something about a task.", version: 1, data: Type.Object(task) },
  "task.escalated": {
    description: "Nobody has done a task in time.",
    version: 1,
    data: Type.Object({
      ...task,
      level: Type.Integer({ description: "How often that has happened.", examples: [1] }),
      priority: Type.Integer({ description: "Its priority now.", examples: [90] }),
      alert: Type.Boolean({ description: "Whether its queue wants somebody alerted." }),
    }),
  },
  "task.completed": {
    description: "Somebody ended a task; its outcome has moved what it was about.",
    version: 1,
    data: Type.Object({ ...task, outcome: Type.String({ description: "How.", examples: ["approve"] }) }),
  },
  "task.withdrawn": {
    description: "What a task was about has gone on without it.",
    version: 1,
    data: Type.Object(task),
  },
  "exception.raised": {
    description: "Something needs a person.",
    version: 1,
    data: Type.Object({
      ...about,
      ownerTeam: Type.String({ examples: ["customer-service"] }),
      dueAt: Type.String({ format: "date-time", description: "By when somebody must have dealt with it." }),
    }),
  },
  "exception.assigned": {
    description: "Another team deals with it.",
    version: 1,
    data: Type.Object({
      ...about,
      ownerTeam: Type.String({ description: "Who from now on.", examples: ["customer-service"] }),
    }),
  },
  "exception.escalated": {
    description: "Nobody has dealt with an exception in time.",
    version: 1,
    data: Type.Object({
      ...about,
      ownerTeam: Type.String({ description: "Whose it is now.", examples: ["operations"] }),
      dueAt: Type.String({ format: "date-time", description: "By when somebody should have dealt with it." }),
      level: Type.Integer({ description: "How often that has happened.", examples: [1] }),
      alert: Type.Boolean({ description: "Whether its levels want somebody alerted." }),
    }),
  },
  "exception.closed": {
    description: "It was resolved, by a person or because its cause is gone.",
    version: 1,
    data: Type.Object(about),
  },
});

import { Type } from "typebox";
import { idField, orNull, textField, wholeField } from "../platform/http/described.ts";
import { LocalTextAnswer } from "../platform/local-text.ts";

const FormField = Type.Object(
  {
    name: textField("Name of the field in `data`.", "wrapping"),
    label: LocalTextAnswer,
    type: Type.Enum(["text", "number", "flag", "choice", "date"], {
      description: "What is entered; a date is a day such as 2026-11-22.",
      examples: ["choice"],
    }),
    required: Type.Boolean({ description: "Must be entered.", examples: [true] }),
    personal: Type.Optional(
      Type.Boolean({
        description:
          "true: kept erasable, and never told in events. false: told in events and kept for ever; a text must say nothing of a person.",
        examples: [true],
      }),
    ),
    options: Type.Array(
      Type.Object(
        { value: textField("What is sent.", "red"), label: LocalTextAnswer },
        { additionalProperties: false },
      ),
      { description: "Of a choice." },
    ),
    maxLength: wholeField("Of a text, in characters.", 500),
    minimum: Type.Union([Type.Number(), Type.Null()], { description: "Of a number; null: none.", examples: [1] }),
    maximum: Type.Union([Type.Number(), Type.Null()], { description: "Of a number; null: none.", examples: [10] }),
  },
  { $id: "ActionFormField", description: "A field of a user action's form." },
);

const OfferedAction = Type.Object(
  {
    event: textField("Names the action in the path that takes it.", "giftWrapped"),
    fulfillmentOrderId: orNull(idField("The fulfillment order that it is about; null: the order itself.")),
    operation: orNull(
      textField(
        "The operation that takes it instead, because it carries more than a form; null: it is taken by its name.",
        "shipFulfillmentOrder",
      ),
    ),
    label: LocalTextAnswer,
    permission: textField("What it needs.", "fulfillment:write"),
    confirm: Type.Union([LocalTextAnswer, Type.Null()], {
      description: "What is asked before it is done; null: nothing.",
      examples: ["The order is released to the warehouse."],
    }),
    form: Type.Array(FormField, { description: "What is entered; empty: nothing." }),
    whileHeld: Type.Boolean({ description: "Possible while a hold is active.", examples: [false] }),
    blockedBy: Type.Union([Type.Enum(["hold", "condition"]), Type.Null()], {
      description:
        "Why it cannot be taken now: a hold is active, or the workflow's condition is not met. Null: it can.",
      examples: ["hold"],
    }),
  },
  { $id: "OfferedAction", description: "A user action that a workflow offers in the present state." },
);

export const OfferedActionsAnswer = Type.Object(
  {
    actions: Type.Array(OfferedAction, {
      description: "Those of the order first, then those of each fulfillment order that the caller may see.",
    }),
  },
  { $id: "OfferedActions", description: "What the caller may do with an order now." },
);

export const ActionTaken = Type.Object(
  {
    orderId: idField("The order's ID (UUIDv7)."),
    orderNumber: wholeField("The order's number, for people.", 100001),
    fulfillmentOrderId: orNull(idField("What it was about; null: the order.")),
    action: textField("The action that was taken.", "giftWrapped"),
    status: textField("The label now of what it was about.", "packed"),
    orderStatus: textField("The order's label now.", "processing"),
  },
  { $id: "ActionTaken", description: "What a user action has led to." },
);

export const ActionBody = Type.Object(
  {
    data: Type.Optional(
      Type.Record(
        Type.String({ maxLength: 64 }),
        Type.Union([Type.String({ maxLength: 2_000 }), Type.Number(), Type.Boolean()]),
        {
          maxProperties: 20,
          description: "What was entered into the action's form, by the names of its fields.",
          examples: [{ reason: "Price error" }],
        },
      ),
    ),
  },
  { additionalProperties: false },
);

export const actionName = Type.String({
  pattern: "^[a-z][A-Za-z0-9]{0,63}$",
  description: "The action's event, as the list of actions names it.",
  examples: ["giftWrapped"],
});

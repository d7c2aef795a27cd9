import { type Static, Type } from "typebox";
import { idField, momentField, orNull, textField, versionField, wholeField } from "../../platform/http/described.ts";

const EventType = Type.String({
  pattern: "^(\\*|[a-z][A-Za-z]{0,63}\\.(\\*|[a-z][A-Za-z]{0,63}))$",
  description: "A type of server/events.json, all of an entity (`order.*`) or everything (`*`).",
  examples: ["order.captured"],
});
const Codes = (description: string, example: string) =>
  Type.Union(
    [
      Type.Array(Type.String({ minLength: 1, maxLength: 64, description: "A code.", examples: [example] }), {
        minItems: 1,
        maxItems: 1_000,
        uniqueItems: true,
      }),
      Type.Null(),
    ],
    { description: `${description} null: any.`, examples: [[example]] },
  );

const fields = {
  url: Type.String({
    minLength: 8,
    maxLength: 2_000,
    description:
      "Where events are sent, by POST. Addresses inside the own network are refused unless the operator allows them.",
    examples: ["https://shop.example.com/orrery"],
  }),
  description: Type.String({ maxLength: 500, description: "What it is for.", examples: ["Storefront"] }),
  eventTypes: Type.Array(EventType, {
    minItems: 1,
    maxItems: 200,
    uniqueItems: true,
    description: "Which events are sent.",
    examples: [["order.*", "shipment.created"]],
  }),
  channels: Codes("Only events that name one of these channels.", "web"),
  locations: Codes("Only events that name one of these locations.", "store-12"),
};

export const NewWebhook = Type.Object(
  {
    url: fields.url,
    description: Type.Optional(fields.description),
    eventTypes: fields.eventTypes,
    channels: Type.Optional(fields.channels),
    locations: Type.Optional(fields.locations),
  },
  {
    additionalProperties: false,
    $id: "NewWebhook",
    description: "A webhook to create. It is sent what happens from now on.",
  },
);

export const WebhookChange = Type.Object(
  {
    url: Type.Optional(fields.url),
    description: Type.Optional(fields.description),
    eventTypes: Type.Optional(fields.eventTypes),
    channels: Type.Optional(fields.channels),
    locations: Type.Optional(fields.locations),
    state: Type.Optional(
      Type.Union([Type.Literal("active"), Type.Literal("paused")], {
        description: "paused: events are kept and delivered when it is active again.",
      }),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    $id: "WebhookChange",
    description: "What to change; what is absent stays. Waiting deliveries follow the change.",
  },
);

export const Webhook = Type.Object(
  {
    id: idField("The webhook's ID."),
    url: textField("Where events are sent.", "https://shop.example.com/orrery"),
    description: textField("What it is for.", "Storefront"),
    eventTypes: Type.Array(EventType, { description: "Which events are sent." }),
    channels: fields.channels,
    locations: fields.locations,
    state: Type.Union([Type.Literal("active"), Type.Literal("paused"), Type.Literal("disabled")], {
      description: "disabled: the receiver answered 410; events are not kept. Set it active to go on, and replay.",
    }),
    disabledReason: orNull(textField("Why it is disabled.", "The receiver answered 410: it is gone.")),
    failingSince: orNull(momentField("Since when deliveries have failed without one that went through.")),
    suspendedUntil: orNull(momentField("While it fails, the next delivery is tried then.")),
    previousSecretUntil: orNull(momentField("Until then the secret before the last rotation signs as well.")),
    waiting: wholeField("Deliveries that wait or are under way, counted up to 10,000.", 3),
    parked: wholeField("Deliveries that were given up, counted up to 10,000.", 0),
    version: versionField("the webhook"),
    createdAt: momentField("When it was created."),
    createdBy: textField("Who created it: user:ID or key:ID.", "user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"),
    updatedAt: momentField("When it was last changed."),
  },
  { $id: "Webhook", description: "A receiver of events." },
);

const Secret = Type.Union([Type.String(), Type.Null()], {
  description:
    "Verifies signatures (standardwebhooks.com). Shown only now; null when the request is repeated under its Idempotency-Key.",
  examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
});

export const WebhookWithSecret = Type.Object(
  { webhook: Webhook, secret: Secret },
  { $id: "WebhookWithSecret", description: "A webhook with its new secret." },
);

export const SecretRotation = Type.Object(
  {
    overlapHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 720,
        default: 24,
        description: "So long both secrets sign, so that the receiver can change over.",
        examples: [24],
      }),
    ),
  },
  { additionalProperties: false, $id: "SecretRotation", description: "How to change over to a new secret." },
);

export interface WebhookRow {
  id: string;
  url: string;
  description: string;
  event_types: string[];
  channels: string[] | null;
  locations: string[] | null;
  state: "active" | "paused" | "disabled";
  disabled_reason: string | null;
  version: number;
  failing_since: Date | null;
  open_until: Date | null;
  previous_secret_until: Date | null;
  waiting: number;
  parked: number;
  created_at: Date;
  created_by: string;
  updated_at: Date;
}

/** Deliveries are counted by their index, up to 10,000: beyond that it matters only that there are many. */
export const WEBHOOK_COLUMNS = `id, url, description, event_types, channels, locations, state, disabled_reason, version, failing_since,
  case when failing_since is not null and open_until > now() then open_until end as open_until,
  case when previous_secret_until > now() then previous_secret_until end as previous_secret_until,
  (select count(*)::int from (select from platform.jobs where kind = 'webhook' and lane = webhooks.id::text
     and ordering_key is not null and state in ('waiting', 'behind', 'running', 'parked') and state <> 'parked' limit 10000) few) as waiting,
  (select count(*)::int from (select from platform.jobs where kind = 'webhook' and lane = webhooks.id::text
     and ordering_key is not null and state in ('waiting', 'behind', 'running', 'parked') and state = 'parked' limit 10000) few) as parked,
  created_at, created_by, updated_at`;

export function viewWebhook(row: WebhookRow): Static<typeof Webhook> {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    eventTypes: row.event_types,
    channels: row.channels,
    locations: row.locations,
    state: row.state,
    disabledReason: row.disabled_reason,
    failingSince: row.failing_since?.toISOString() ?? null,
    suspendedUntil: row.open_until?.toISOString() ?? null,
    previousSecretUntil: row.previous_secret_until?.toISOString() ?? null,
    waiting: row.waiting,
    parked: row.parked,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
  };
}

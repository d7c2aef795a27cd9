import { Type, type Static } from "typebox";
import type { Principal } from "../platform/http/route.ts";
import { type Remedies, remedyOf } from "./remedies.ts";

const Nullable = (description: string, example: string, format?: string) =>
  Type.Union([Type.String(format === undefined ? {} : { format }), Type.Null()], { description, examples: [example] });

export const ProcessException = Type.Object(
  {
    id: Type.String({ format: "uuid", description: "The exception's ID (UUIDv7)." }),
    kind: Type.String({ description: "Stable name of what went wrong.", examples: ["shortOrder"] }),
    entityType: Type.String({ description: "Type of what it concerns.", examples: ["order"] }),
    entityId: Type.String({
      description: "ID or code of what it concerns.",
      examples: ["01936b1c-7e6a-7cc3-98d4-222222222222"],
    }),
    reason: Type.String({
      description: "What went wrong, for people.",
      examples: ["SKU-1 promised from store-12 is not there, and no other location has it."],
    }),
    nextAction: Type.String({
      description: "What a person can do about it.",
      examples: ["Offer the customer a later date or a refund."],
    }),
    actions: Type.Array(Type.Enum(["retry", "skip", "resolve", "assign"]), {
      description:
        "What the caller can do about it here, while it is open: try again what failed, give it up with a reason (which leaves a gap), say that it is dealt with, give it to another team.",
      examples: [["retry", "skip", "assign"]],
    }),
    details: Type.Record(Type.String(), Type.Unknown(), {
      description:
        "Codes and quantities; `location` when it concerns one location, `channel` when one order or channel.",
    }),
    ownerTeam: Type.String({ description: "Who must deal with it.", examples: ["customer-service"] }),
    dueAt: Type.String({ format: "date-time", description: "Until when." }),
    overdue: Type.Boolean({ description: "True when it is open past its deadline.", examples: [false] }),
    level: Type.Integer({ description: "How often it has escalated.", examples: [0] }),
    escalatesAt: Nullable(
      "When it goes to somebody else or alerts if it is still open; null: never again, or it is not planned yet.",
      "2026-11-21T10:00:00.000Z",
      "date-time",
    ),
    openedAt: Type.String({ format: "date-time", description: "Since when it is open." }),
    closedAt: Nullable("When it came to its end; null while it is open.", "2026-11-20T15:10:00.000Z", "date-time"),
    closedBy: Nullable(
      "Who ended it: user:ID, key:ID or system:NAME; null while it is open.",
      "user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d",
    ),
    resolution: Nullable("How it came to its end; null while it is open.", "The customer takes the later date."),
  },
  {
    $id: "ProcessException",
    description: "Something that needs a person: with reason, owner, deadline and next action (W7).",
  },
);

export interface ExceptionRow {
  id: string;
  kind: string;
  entity_type: string;
  entity_id: string;
  reason: string;
  next_action: string;
  details: Record<string, unknown>;
  owner_team: string;
  due_at: Date;
  level: number;
  escalates_at: Date | null;
  opened_at: Date;
  closed_at: Date | null;
  closed_by: string | null;
  resolution: string | null;
}

export const EXCEPTION_COLUMNS =
  "id, kind, entity_type, entity_id, reason, next_action, details, owner_team, due_at, level, escalates_at, opened_at, closed_at, closed_by, resolution";

export function viewException(
  row: ExceptionRow,
  remedies: Remedies,
  principal: Pick<Principal, "permissions">,
  now: Date,
): Static<typeof ProcessException> {
  return {
    id: row.id,
    kind: row.kind,
    entityType: row.entity_type,
    entityId: row.entity_id,
    reason: row.reason,
    nextAction: row.next_action,
    actions: actionsOf(row, remedies, principal),
    details: row.details,
    ownerTeam: row.owner_team,
    dueAt: row.due_at.toISOString(),
    overdue: row.closed_at === null && row.due_at < now,
    level: row.level,
    escalatesAt: row.closed_at === null ? (row.escalates_at?.toISOString() ?? null) : null,
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    closedBy: row.closed_by,
    resolution: row.resolution,
  };
}

type ExceptionAction = Static<typeof ProcessException>["actions"][number];

function actionsOf(
  row: ExceptionRow,
  remedies: Remedies,
  { permissions }: Pick<Principal, "permissions">,
): ExceptionAction[] {
  const remedy = remedyOf(remedies, row.kind);
  if (row.closed_at !== null || !permissions.has("tasks:write")) return [];
  const mayAct = remedy !== undefined && permissions.has(remedy.permission?.(row) ?? "tasks:write");
  return [
    ...(mayAct ? (["retry"] as const) : []),
    ...(remedy?.skip === undefined ? (["resolve"] as const) : mayAct ? (["skip"] as const) : []),
    "assign",
  ];
}

/** What somebody may see of the exceptions; null: everything. */
export interface ExceptionScope {
  locations: string[] | null;
  channels: string[] | null;
}

/**
 * Store and vendor users see only what concerns one of their locations and nothing else, keys of a channel only what
 * concerns that channel. An exception that names none is hidden from them, as in the event feed.
 */
export function scopeOf({
  locationCodes,
  channelCodes,
}: Pick<Principal, "locationCodes" | "channelCodes">): ExceptionScope {
  return { locations: locationCodes && [...locationCodes], channels: channelCodes && [...channelCodes] };
}

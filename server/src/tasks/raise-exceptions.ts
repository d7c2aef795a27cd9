import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { INSERT_EVENTS, type Origin } from "../platform/events/record-events.ts";
import { newId } from "../platform/ids.ts";

/** Something that a person must look at, with who and until when. */
export interface ExceptionToRaise {
  kind: string;
  entityType: string;
  entityId: string;
  reason: string;
  /** What that person can do about it, in a sentence. */
  nextAction?: string;
  /** `location` is the code of the one location that it concerns: only then store and vendor users see it; `channel` likewise. */
  details: Record<string, unknown>;
  ownerTeam: string;
  dueAt: Date;
  /** The limits of who reports it; absent for the system and for who has none. One can be open for each. */
  reportedFrom?: string;
}

const DEFAULT_ACTION = "Look at what it concerns, mend the cause, and resolve it with a note.";

// Which of them are new is known only here, so their events are written by the same statement. Sorted, because two
// transactions that raise the same ones in other orders would wait for each other.
const insertExceptions = statement(
  "tasks.raiseExceptions",
  `with raised as (
     insert into tasks.exceptions (id, kind, entity_type, entity_id, reason, next_action, details, owner_team, due_at, reported_from)
     select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::timestamptz[], $10::text[])
       as given (id, kind, entity_type, entity_id, reason, next_action, details, owner_team, due_at, reported_from)
     order by kind, entity_id, reported_from
     on conflict (kind, entity_id, reported_from) where closed_at is null do nothing
     returning *
   )
   ${INSERT_EVENTS}
   select 'exception.raised', 'exception', id, 1, now(), $11, $12, jsonb_strip_nulls(jsonb_build_object(
     'kind', kind, 'concernsType', entity_type, 'concernsId', entity_id, 'location', details -> 'location', 'channel', details -> 'channel', 'ownerTeam', owner_team, 'dueAt', due_at))
   from raised`,
);

const SYSTEM: Origin = { actor: "system:orrery", requestId: null };

/** Raises them in the caller's transaction; one that is open already for the same kind, entity and reporter's limits changes nothing. */
export function raiseExceptions(
  transaction: Transaction,
  exceptions: readonly ExceptionToRaise[],
  origin: Origin = SYSTEM,
): void {
  if (exceptions.length === 0) return;
  transaction.write(insertExceptions, [
    arrayLiteral(
      "uuid",
      exceptions.map(() => newId()),
    ),
    arrayLiteral(
      "text",
      exceptions.map(({ kind }) => kind),
    ),
    arrayLiteral(
      "text",
      exceptions.map(({ entityType }) => entityType),
    ),
    arrayLiteral(
      "text",
      exceptions.map(({ entityId }) => entityId),
    ),
    arrayLiteral(
      "text",
      exceptions.map(({ reason }) => reason),
    ),
    arrayLiteral(
      "text",
      exceptions.map(({ nextAction }) => nextAction ?? DEFAULT_ACTION),
    ),
    arrayLiteral(
      "jsonb",
      exceptions.map(({ details }) => details),
    ),
    arrayLiteral(
      "text",
      exceptions.map(({ ownerTeam }) => ownerTeam),
    ),
    arrayLiteral(
      "timestamptz",
      exceptions.map(({ dueAt }) => dueAt),
    ),
    arrayLiteral(
      "text",
      exceptions.map(({ reportedFrom }) => reportedFrom ?? ""),
    ),
    origin.actor,
    origin.requestId,
  ]);
}

import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { INSERT_EVENTS, type Origin } from "../platform/events/record-events.ts";

/** The open exception of this kind about this entity; its cause is gone. */
export interface ExceptionToClose {
  kind: string;
  entityId: string;
  /** How it came to its end, in a sentence. */
  resolution: string;
  /** Only if its details say so too. */
  details?: Readonly<Record<string, string | number>>;
}

// Locked in the order of their keys, as they are inserted, so that raising and closing never wait for each other.
const closeByCause = statement(
  "tasks.closeExceptions",
  `with open as materialized (
     select exceptions.id, given.resolution from unnest($1::text[], $2::text[], $3::text[], $6::jsonb[]) as given (kind, entity_id, resolution, details)
     join tasks.exceptions on exceptions.kind = given.kind and exceptions.entity_id = given.entity_id and reported_from = '' and closed_at is null
       and exceptions.details @> given.details
     order by exceptions.kind, exceptions.entity_id for update of exceptions
   ), closed as (
     update tasks.exceptions set closed_at = now(), closed_by = $4, resolution = open.resolution, events = exceptions.events + 1
     from open where exceptions.id = open.id
     returning exceptions.*
   )
   ${INSERT_EVENTS}
   select 'exception.closed', 'exception', id, events, now(), $4, $5, jsonb_strip_nulls(jsonb_build_object(
     'kind', kind, 'concernsType', entity_type, 'concernsId', entity_id, 'location', details -> 'location', 'channel', details -> 'channel'))
   from closed`,
);

/** Closes them in the caller's transaction; those that are not open, and what limited people have reported, are left alone. */
export function closeExceptions(
  transaction: Transaction,
  exceptions: readonly ExceptionToClose[],
  origin: Origin,
): void {
  if (exceptions.length === 0) return;
  transaction.write(closeByCause, [
    arrayLiteral(
      "text",
      exceptions.map(({ kind }) => kind),
    ),
    arrayLiteral(
      "text",
      exceptions.map(({ entityId }) => entityId),
    ),
    arrayLiteral(
      "text",
      exceptions.map(({ resolution }) => resolution),
    ),
    origin.actor,
    origin.requestId,
    arrayLiteral(
      "jsonb",
      exceptions.map(({ details }) => details ?? {}),
    ),
  ]);
}

import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { INSERT_EVENTS, type Origin } from "../platform/events/record-events.ts";

/** The open exception of this kind about this entity, and who deals with it from now on. */
export interface ExceptionToAssign {
  kind: string;
  entityId: string;
  ownerTeam: string;
}

const assign = statement(
  "tasks.assignExceptions",
  `with open as materialized (
     select exceptions.id, given.team from unnest($1::text[], $2::text[], $3::text[]) as given (kind, entity_id, team)
     join tasks.exceptions on exceptions.kind = given.kind and exceptions.entity_id = given.entity_id and reported_from = '' and closed_at is null
     order by exceptions.kind, exceptions.entity_id for update of exceptions
   ), given as (
     update tasks.exceptions set owner_team = open.team, events = exceptions.events + 1 from open where exceptions.id = open.id
     returning exceptions.*
   )
   ${INSERT_EVENTS}
   select 'exception.assigned', 'exception', id, events, now(), $4, $5, jsonb_strip_nulls(jsonb_build_object(
     'kind', kind, 'concernsType', entity_type, 'concernsId', entity_id, 'location', details -> 'location', 'channel', details -> 'channel', 'ownerTeam', owner_team))
   from given`,
);

/** Gives open exceptions to other teams in the caller's transaction; those that are not open are left alone. */
export function assignExceptions(
  transaction: Transaction,
  exceptions: readonly ExceptionToAssign[],
  origin: Origin,
): void {
  if (exceptions.length === 0) return;
  transaction.write(assign, [
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
      exceptions.map(({ ownerTeam }) => ownerTeam),
    ),
    origin.actor,
    origin.requestId,
  ]);
}

import { Type } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { INSERT_EVENTS, type Origin } from "../platform/events/record-events.ts";

export const NewOwner = Type.Object(
  {
    ownerTeam: Type.String({
      minLength: 1,
      maxLength: 64,
      description: "Who deals with it from now on.",
      examples: ["customer-service"],
    }),
  },
  { additionalProperties: false, $id: "ExceptionOwner", description: "Whose an exception is." },
);

const giveRows = statement(
  "tasks.giveExceptions",
  `with given as (
     update tasks.exceptions set owner_team = given.team, events = exceptions.events + 1
     from unnest($1::uuid[], $2::text[]) as given (exception_id, team) where exceptions.id = given.exception_id
     returning exceptions.*
   )
   ${INSERT_EVENTS}
   select 'exception.assigned', 'exception', id, events, $3, $4, $5, jsonb_strip_nulls(jsonb_build_object(
     'kind', kind, 'concernsType', entity_type, 'concernsId', entity_id, 'location', details -> 'location', 'channel', details -> 'channel', 'ownerTeam', owner_team))
   from given`,
);

/** Other teams deal with these, locked and open; their deadlines stay. */
export function giveExceptions(
  transaction: Transaction,
  exceptions: readonly { id: string; ownerTeam: string }[],
  origin: Origin,
  now: Date,
): void {
  if (exceptions.length === 0) return;
  transaction.write(giveRows, [
    arrayLiteral(
      "uuid",
      exceptions.map(({ id }) => id),
    ),
    arrayLiteral(
      "text",
      exceptions.map(({ ownerTeam }) => ownerTeam),
    ),
    now,
    origin.actor,
    origin.requestId,
  ]);
}

import { Type } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { INSERT_EVENTS, type Origin } from "../platform/events/record-events.ts";

export const Resolution = Type.Object(
  {
    resolution: Type.String({
      minLength: 1,
      maxLength: 1_000,
      description: "What was done about it.",
      examples: ["Customer accepts delivery next week."],
    }),
  },
  { additionalProperties: false, $id: "ExceptionResolution", description: "How an exception comes to its end." },
);

const resolveRows = statement(
  "tasks.resolveExceptions",
  `with closed as (
     update tasks.exceptions set closed_at = $3, closed_by = $4, resolution = given.resolution, events = exceptions.events + 1
     from unnest($1::uuid[], $2::text[]) as given (exception_id, resolution) where exceptions.id = given.exception_id
     returning exceptions.*
   )
   ${INSERT_EVENTS}
   select 'exception.closed', 'exception', id, events, $3, $4, $5, jsonb_strip_nulls(jsonb_build_object(
     'kind', kind, 'concernsType', entity_type, 'concernsId', entity_id, 'location', details -> 'location', 'channel', details -> 'channel'))
   from closed`,
);

/** A person says that these, locked and open, are dealt with. */
export function resolveExceptions(
  transaction: Transaction,
  exceptions: readonly { id: string; reason: string }[],
  origin: Origin,
  now: Date,
): void {
  if (exceptions.length === 0) return;
  transaction.write(resolveRows, [
    arrayLiteral(
      "uuid",
      exceptions.map(({ id }) => id),
    ),
    arrayLiteral(
      "text",
      exceptions.map(({ reason }) => reason),
    ),
    now,
    origin.actor,
    origin.requestId,
  ]);
}

import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { announcePositions } from "./announce-positions.ts";
import { createPositions, type LockedPosition } from "./lock-positions.ts";
import type { MovementRequest, MovementStep } from "./movement.ts";
import { type Position, positionKeyOf } from "./position.ts";
import { reconcileShorts, type ShortCause } from "./reconcile-shorts.ts";
import { writePromises } from "./write-promises.ts";

const apply = statement<MovementStep & { ordinal: number }>(
  "inventory.applyMovements",
  `with movement as materialized (
     select * from unnest($1::int[], $2::int[], $3::text[], $4::int[], $5::int[], $6::int[], $7::int[],
       $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::text[]) with ordinality
     as movement (sku_id, location_id, kind, on_hand, reserved, allocated, damaged,
       occurred_at, source, source_document, reason, actor, ordinal)
   ), locked as materialized (
     select position.*
     from (select distinct sku_id, location_id from movement) as key
     join inventory.positions as position using (sku_id, location_id)
     order by position.sku_id, position.location_id
     for no key update of position
   ), effective as materialized (
     select movement.sku_id, movement.location_id, kind, movement.reserved, movement.allocated, late.damaged,
       late.on_hand, nullif(movement.on_hand - late.on_hand, 0) as already_counted,
       occurred_at, source, source_document, reason, actor, ordinal,
       locked.on_hand as on_hand_before, locked.reserved as reserved_before, locked.allocated as allocated_before,
       locked.damaged as damaged_before, version as version_before
     from movement
     left join locked using (sku_id, location_id)
     cross join lateral (
       select occurred_at <= coalesce((counted_sources ->> source)::timestamptz, counted_at) as counted,
         case when occurred_at <= damaged_counted_at then 0 else movement.damaged end as damaged
     ) as seen
     cross join lateral (
       select seen.damaged, case
         when counted is not true or (movement.on_hand = 0 and movement.damaged = 0) then movement.on_hand
         when counted_available then movement.allocated + seen.damaged
         else 0 end as on_hand
     ) as late
   ), stepped as materialized (
     select effective.*,
       on_hand_before + sum(on_hand) over step as on_hand_after,
       reserved_before + sum(reserved) over step as reserved_after,
       allocated_before + sum(allocated) over step as allocated_after,
       damaged_before + sum(damaged) over step as damaged_after,
       version_before + row_number() over step as version_after,
       lead(ordinal) over step is null as last
     from effective
     window step as (partition by sku_id, location_id order by ordinal)
   ), updated as (
     update inventory.positions as position
     set on_hand = on_hand_after, reserved = reserved_after, allocated = allocated_after, damaged = damaged_after,
       version = version_after
     from stepped
     where stepped.last and position.sku_id = stepped.sku_id and position.location_id = stepped.location_id
   ), recorded as (
     insert into inventory.movements (sku_id, location_id, kind, delta_on_hand, delta_reserved, delta_allocated,
       delta_damaged, on_hand, reserved, allocated, damaged, version, occurred_at, source, source_document, reason,
       actor, already_counted)
     select sku_id, location_id, kind, on_hand, reserved, allocated, damaged, on_hand_after, reserved_after,
       allocated_after, damaged_after, version_after, occurred_at, source, source_document, reason, actor,
       already_counted
     from stepped order by ordinal
   )
   select sku_id as "skuId", location_id as "locationId", on_hand_after::int as "onHand",
     reserved_after::int as reserved, allocated_after::int as allocated, damaged_after::int as damaged,
     version_after as version, already_counted as "alreadyCounted", last, ordinal::int as ordinal
   from stepped`,
);

/**
 * Moves counters and writes their ledger: any number of movements, one statement (a second one keeps shorts where a
 * shortfall can change). Several movements of one position step one by one, in the order given. Facts are never
 * refused. Answers the resulting positions, which after the commit are announced to this process as well; a caller
 * that needs no rows need not wait: a failure fails the commit. Whoever has locked the positions hands over the rows
 * that it has read: when all movements are promises on them, they need not be looked at again.
 */
export function applyMovements(
  transaction: Transaction,
  movements: readonly MovementRequest[],
  locked: readonly LockedPosition[] = [],
): Promise<Position[]> {
  const rows = new Map(locked.map((position) => [positionKeyOf(position), position]));
  const known = movements.every((movement) => !mayChangeShortfall(movement) && rows.has(positionKeyOf(movement)));
  const steps = known ? promise(transaction, movements, rows) : runMovements(transaction, movements);
  return isHandled(steps.then((all) => all.filter((step) => step.last)));
}

async function promise(
  transaction: Transaction,
  movements: readonly MovementRequest[],
  rows: ReadonlyMap<number, LockedPosition>,
): Promise<MovementStep[]> {
  const steps = writePromises(transaction, movements, rows);
  announcePositions(transaction, Promise.resolve(steps));
  return steps;
}

/** The same, answering what each movement did, in their order. */
export async function applyEachMovement(
  transaction: Transaction,
  movements: readonly MovementRequest[],
): Promise<MovementStep[]> {
  const steps: MovementStep[] = [];
  for (const step of await runMovements(transaction, movements)) steps[step.ordinal - 1] = step;
  return steps;
}

async function runMovements(
  transaction: Transaction,
  movements: readonly MovementRequest[],
): Promise<(MovementStep & { ordinal: number })[]> {
  if (movements.length === 0) return [];
  createPositions(transaction, movements.filter(mayBeNew));
  const steps = transaction.read(apply, parametersOf(movements));
  announcePositions(transaction, steps);
  reconcileShorts(transaction, movements.filter(mayChangeShortfall).map(causeOf));
  return await steps;
}

/** Whoever does not wait for it has the failure from the commit, so here it must not count as unhandled. */
function isHandled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Checked promises and their ends are about positions that their maker has seen. */
function mayBeNew(movement: MovementRequest): boolean {
  return movement.unchecked === true || Boolean(movement.onHand) || Boolean(movement.damaged);
}

/** A promise made under the lock, within what was free, leaves every shortfall as it is. */
function mayChangeShortfall(movement: MovementRequest): boolean {
  return mayBeNew(movement) || (movement.allocated ?? 0) < 0 || (movement.reserved ?? 0) < 0;
}

function causeOf({ skuId, locationId, kind, reason, source, origin }: MovementRequest): ShortCause {
  return { skuId, locationId, reason: reason ?? kind, source, origin };
}

function parametersOf(movements: readonly MovementRequest[]): string[] {
  return [
    arrayLiteral(
      "int",
      movements.map((movement) => movement.skuId),
    ),
    arrayLiteral(
      "int",
      movements.map((movement) => movement.locationId),
    ),
    arrayLiteral(
      "text",
      movements.map((movement) => movement.kind),
    ),
    arrayLiteral(
      "int",
      movements.map((movement) => movement.onHand ?? 0),
    ),
    arrayLiteral(
      "int",
      movements.map((movement) => movement.reserved ?? 0),
    ),
    arrayLiteral(
      "int",
      movements.map((movement) => movement.allocated ?? 0),
    ),
    arrayLiteral(
      "int",
      movements.map((movement) => movement.damaged ?? 0),
    ),
    arrayLiteral(
      "timestamptz",
      movements.map((movement) => movement.occurredAt),
    ),
    arrayLiteral(
      "text",
      movements.map((movement) => movement.source),
    ),
    arrayLiteral(
      "text",
      movements.map((movement) => movement.sourceDocument),
    ),
    arrayLiteral(
      "text",
      movements.map((movement) => movement.reason),
    ),
    arrayLiteral(
      "text",
      movements.map((movement) => movement.origin.actor),
    ),
  ];
}

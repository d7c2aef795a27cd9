import type { NetworkDirectory } from "../../network/public.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import { recordAudit } from "../../platform/events/record-audit.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page } from "../../platform/http/paging.ts";
import type { Principal } from "../../platform/http/route.ts";
import { common } from "../../platform/refusals.ts";
import type { BufferProposal, ChosenBuffers, ProposalQuery } from "./buffer-schemas.ts";
import type { MeasuredBuffers } from "./measured-buffers.ts";
import { type MeasuredShort, shortUnitsWith, smallestBuffer } from "./smallest-buffer.ts";

export interface BufferDependencies {
  database: Database;
  network: NetworkDirectory;
  clock: Clock;
  measured: MeasuredBuffers;
}

/** Positions that are measured and written together. */
const POSITIONS_AT_ONCE = 500;
const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 90;
const DEFAULT_PERCENT = 1;

interface MeasuredRow {
  skuId: number;
  locationId: number;
  sku: string;
  name: string;
  location: string;
  accepted: number;
  promised: number;
  shorts: (MeasuredShort & { isAfter: boolean })[] | null;
  lagSeconds: number | null;
}

/**
 * Positions of which units were promised and not there, and those with an accepted buffer. The largest shortfall of each
 * short, and what was free before it, are read from the ledger.
 */
const measureShorts = statement<MeasuredRow>(
  "availability.measureShorts",
  `with candidate as (
     select sku_id, location_id from inventory.shorts where opened_at >= $1::timestamptz
     union select sku_id, location_id from availability.measured_buffers where units > 0)
   select c.sku_id as "skuId", c.location_id as "locationId", sku.code as sku, sku.name, location.code as location,
     coalesce(b.units, 0) as accepted,
     (select coalesce(sum(m.delta_allocated), 0)::bigint from inventory.movements m
       where m.sku_id = c.sku_id and m.location_id = c.location_id and m.kind = 'allocation' and m.recorded_at >= $1::timestamptz) as promised,
     (select json_agg(json_build_object('units', greatest(s.quantity, (
          select max(least(m.allocated::bigint + m.reserved, m.allocated::bigint + m.reserved + m.damaged - m.on_hand)) from inventory.movements m
            where m.sku_id = c.sku_id and m.location_id = c.location_id
              and m.recorded_at >= s.opened_at and (s.closed_at is null or m.recorded_at <= s.closed_at))),
          'freeBefore', coalesce((
            select greatest(0, m.on_hand::bigint - m.damaged - m.reserved - m.allocated) from inventory.movements m
            where m.sku_id = c.sku_id and m.location_id = c.location_id and m.recorded_at < s.opened_at
            order by m.id desc limit 1), 0),
          'isAfter', coalesce(s.opened_at >= b.accepted_at and b.units > 0, false)))
        from inventory.shorts s where s.sku_id = c.sku_id and s.location_id = c.location_id and s.opened_at >= $1::timestamptz) as shorts,
     (select round(percentile_cont(0.95) within group (order by extract(epoch from m.recorded_at - m.occurred_at)))::bigint
        from inventory.movements m where m.sku_id = c.sku_id and m.location_id = c.location_id and m.source <> 'orders'
          and m.recorded_at >= $1::timestamptz) as "lagSeconds"
   from candidate c
   join catalog.skus sku on sku.id = c.sku_id join network.locations location on location.id = c.location_id
   left join availability.measured_buffers b on b.sku_id = c.sku_id and b.location_id = c.location_id
   where ($2::text is null or sku.code = $2) and ($3::int[] is null or c.location_id = any ($3::int[]))
     and ($4::text is null or (sku.code, location.code) > ($4, $5::text))
     and ($6::text[] is null or exists (select from unnest($6::text[], $7::text[]) as named (sku, location)
       where named.sku = sku.code and named.location = location.code))
   order by sku.code, location.code limit $8::int`,
);

interface Question {
  days?: number | undefined;
  maxShortPercent?: number | undefined;
  sku?: string | undefined;
  location?: string | undefined;
  items?: ChosenBuffers["items"] | undefined;
}

async function measure(
  { database, network, clock }: BufferDependencies,
  { days = DEFAULT_DAYS, sku, location, items }: Question,
  principal: Principal,
  [afterSku, afterLocation]: readonly [string, string] | readonly [null, null],
  limit: number,
): Promise<MeasuredRow[]> {
  const locationIds = visibleIds(network, principal, location);
  return await database.read(measureShorts, [
    new Date(clock.now().getTime() - days * DAY_MS),
    sku ?? null,
    locationIds === null ? null : arrayLiteral("int", locationIds),
    afterSku,
    afterLocation,
    items === undefined
      ? null
      : arrayLiteral(
          "text",
          items.map((one) => one.sku),
        ),
    items === undefined
      ? null
      : arrayLiteral(
          "text",
          items.map((one) => one.location),
        ),
    limit,
  ]);
}

/** Null: all. A location that the caller may not see is like one that does not exist: nothing is found there. */
function visibleIds(
  network: NetworkDirectory,
  { locationCodes }: Principal,
  location: string | undefined,
): number[] | null {
  if (location === undefined && locationCodes === null) return null;
  const codes = location === undefined ? [...locationCodes!] : [location];
  return codes
    .filter((code) => locationCodes?.has(code) !== false)
    .flatMap((code) => network.locationByCode(code)?.id ?? []);
}

function proposalOf(row: MeasuredRow, maxShortPercent = DEFAULT_PERCENT): BufferProposal {
  const { sku, name, location, accepted, promised, lagSeconds } = row;
  const shorts = (row.shorts ?? []).map((short) => withoutBuffer(short, accepted));
  const measured = { shorts, promised };
  const smallest = smallestBuffer(measured, maxShortPercent);
  // A buffer hides what it prevents, so what is measured while it is kept says nothing against it.
  const proposed = smallest === null ? null : Math.max(accepted, smallest);
  return {
    sku,
    name,
    location,
    accepted,
    proposed,
    promised,
    shorts: shorts.length,
    shortUnits: shortUnitsWith(measured, 0),
    shortUnitsWith: shortUnitsWith(measured, proposed ?? 0),
    lagSeconds,
  };
}

/** What was free because a buffer kept it back would have been promised without it. */
function withoutBuffer(
  { units, freeBefore, isAfter }: MeasuredShort & { isAfter: boolean },
  buffer: number,
): MeasuredShort {
  return isAfter && freeBefore <= buffer ? { units: units + freeBefore, freeBefore: 0 } : { units, freeBefore };
}

/** The smallest buffers that keep shorts below a rate, along the codes (I5, I7). */
export async function listBufferProposals(
  dependencies: BufferDependencies,
  query: ProposalQuery,
  principal: Principal,
): Promise<Page<BufferProposal>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const after = decodeCursor(query.after, ["text", "text"]) ?? ([null, null] as const);
  const rows = await measure(dependencies, query, principal, after, limit + 1);
  return cutPage(
    rows,
    limit,
    (row) => proposalOf(row, query.maxShortPercent),
    ({ sku, location }) => [sku, location],
  );
}

const write = statement<{ sku_id: number }>(
  "availability.writeMeasuredBuffers",
  `with next as (update availability.measured_revision set revision = revision + 1 returning revision)
   insert into availability.measured_buffers as known (sku_id, location_id, units, evidence, accepted_at, accepted_by, revision)
   select given.sku_id, given.location_id, given.units, given.evidence, $5::timestamptz, $6::text, next.revision
   from unnest($1::int[], $2::int[], $3::int[], $4::jsonb[]) as given (sku_id, location_id, units, evidence) cross join next
   order by 1, 2
   on conflict (sku_id, location_id) do update set units = excluded.units, evidence = excluded.evidence,
     accepted_at = excluded.accepted_at, accepted_by = excluded.accepted_by, revision = excluded.revision
     where known.units <> excluded.units
   returning known.sku_id`,
);

/** Keeps back what is proposed, at the positions named or found. */
export function acceptBufferProposals(
  dependencies: BufferDependencies,
  request: ChosenBuffers & Pick<Question, "days" | "maxShortPercent">,
  principal: Principal,
  origin: Origin,
): Promise<{ changed: number }> {
  const unitsOf = (proposal: BufferProposal): number | null => proposal.proposed;
  return changeBuffers(dependencies, request, { principal, origin, action: "acceptBufferProposals", unitsOf });
}

/** Keeps nothing back any more because it was measured. */
export function withdrawMeasuredBuffers(
  dependencies: BufferDependencies,
  request: ChosenBuffers,
  principal: Principal,
  origin: Origin,
): Promise<{ changed: number }> {
  const unitsOf = (): number => 0;
  return changeBuffers(dependencies, request, { principal, origin, action: "withdrawMeasuredBuffers", unitsOf });
}

interface Change {
  principal: Principal;
  origin: Origin;
  action: string;
  /** Null: it stays as it is. */
  unitsOf: (proposal: BufferProposal) => number | null;
}

async function changeBuffers(
  dependencies: BufferDependencies,
  request: ChosenBuffers & Pick<Question, "days" | "maxShortPercent">,
  { principal, origin, action, unitsOf }: Change,
): Promise<{ changed: number }> {
  const { items, filter, days, maxShortPercent } = request;
  if ((items === undefined) === (filter === undefined))
    throw common.refuse("invalidInput", {
      message: "Say either items or a filter.",
      faults: [{ pointer: "/filter", message: "is required, or items; not both" }],
    });
  let changed = 0;
  let after: readonly [string, string] | readonly [null, null] = [null, null];
  for (let more = true; more; ) {
    const rows = await measure(dependencies, { ...filter, items, days }, principal, after, POSITIONS_AT_ONCE);
    const chosen = rows.flatMap((row) => {
      const proposal = proposalOf(row, maxShortPercent);
      const units = unitsOf(proposal);
      return units === null || units === row.accepted ? [] : [{ row, units, proposal }];
    });
    if (chosen.length > 0)
      changed += await writeBuffers(dependencies, chosen, { origin, action, maxShortPercent, days });
    const last = rows.at(-1);
    more = last !== undefined && rows.length === POSITIONS_AT_ONCE;
    if (last !== undefined) after = [last.sku, last.location];
  }
  if (changed > 0) await dependencies.measured.refresh();
  return { changed };
}

async function writeBuffers(
  { database, clock }: BufferDependencies,
  chosen: readonly { row: MeasuredRow; units: number; proposal: BufferProposal }[],
  how: { origin: Origin; action: string; maxShortPercent: number | undefined; days: number | undefined },
): Promise<number> {
  const { origin, action, maxShortPercent = DEFAULT_PERCENT, days = DEFAULT_DAYS } = how;
  return await database.transaction(async (transaction) => {
    const written = await transaction.read(write, [
      arrayLiteral(
        "int",
        chosen.map(({ row }) => row.skuId),
      ),
      arrayLiteral(
        "int",
        chosen.map(({ row }) => row.locationId),
      ),
      arrayLiteral(
        "int",
        chosen.map(({ units }) => units),
      ),
      arrayLiteral(
        "jsonb",
        chosen.map(({ proposal: { promised, shorts, shortUnits, shortUnitsWith: left } }) => ({
          days,
          maxShortPercent,
          promised,
          shorts,
          shortUnits,
          shortUnitsWith: left,
        })),
      ),
      clock.now(),
      origin.actor,
    ]);
    const details = { positions: written.length, maxShortPercent, days };
    recordAudit(transaction, [{ origin, action, entityType: "measuredBuffer", entityId: null, details }]);
    return written.length;
  });
}

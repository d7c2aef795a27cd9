import type { NetworkDirectory } from "../network/public.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import type { Principal } from "../platform/http/route.ts";
import { type Fault, Refusal } from "../platform/refusals.ts";
import { credibleTime } from "./credible-time.ts";
import type { PositionKey } from "./position.ts";
import type { SnapshotItem, SnapshotRequest } from "./record-snapshots.ts";
import { inventory } from "./refusals.ts";
import type { StockSnapshotInput } from "./snapshot-schemas.ts";
import { type Places, placeOf } from "./understand-facts.ts";
import { visibleLocation } from "./visible-locations.ts";

interface SnapshotCall {
  body: StockSnapshotInput;
  principal: Principal;
  origin: Origin;
  key: RequestKey | null;
}

/** A snapshot as IDs and times; what is wrong with the whole of it is refused as a whole. */
export async function understandSnapshot(
  places: Places,
  { body, principal, origin, key }: SnapshotCall,
  now: Date,
): Promise<SnapshotRequest> {
  const { source, basis = "physical", scope = "partial" } = body;
  const asOf = timeOrRefusal(body.asOf, now, "/asOf");
  const seenUntil = Object.entries(body.seenUntil ?? {}).map(
    ([name, time]) => [name, timeOrRefusal(time, now, `/seenUntil/${name.replaceAll("/", "~1")}`)] as const,
  );
  const skus = await places.skus.resolve(body.items.map((item) => item.sku));
  const doubted: PositionKey[] = [];
  const items = body.items.map((item): SnapshotItem => {
    const place = placeOf(places.network, skus, principal, item);
    const { sku, location, quantity, damaged = null } = item;
    if (place instanceof Refusal) return place;
    if (basis === "available" || quantity >= (damaged ?? 0)) return { ...place, sku, location, quantity, damaged };
    doubted.push(place);
    return inventory.refuse("impossibleCount", {
      faults: [{ pointer: "/quantity", message: "is less than 0 or than the damaged units" }],
    });
  });
  return {
    terms: { source, basis, seenUntil: new Map(seenUntil), origin },
    asOf,
    fullLocationIds: scope === "full" ? fullLocations(places.network, principal, body, items) : null,
    items,
    doubted,
    key,
  };
}

function timeOrRefusal(text: string, now: Date, pointer: string): Date {
  const time = credibleTime(text, now, pointer);
  if (time instanceof Date) return time;
  throw inventory.refuse("badTime", { message: `${pointer} ${time.message}.`, faults: [time] });
}

function fullLocations(
  network: NetworkDirectory,
  principal: Principal,
  { locations }: StockSnapshotInput,
  items: readonly SnapshotItem[],
): number[] {
  if (locations === undefined)
    return [...new Set(items.flatMap((item) => (item instanceof Refusal ? [] : [item.locationId])))];
  const found = locations.map((code) => visibleLocation(network, principal, code));
  const faults = found.flatMap((location, index): Fault[] =>
    location === undefined ? [{ pointer: `/locations/${index}`, message: "is not known" }] : [],
  );
  if (faults.length > 0) throw inventory.refuse("unknownLocation", { faults });
  return found.map((location) => location!.id);
}

import type { SkuEntry } from "../../catalog/public.ts";
import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import { Refresher } from "../../platform/refresher.ts";
import type { Control } from "../controls/control.ts";

/** Accepted buffers, in the memory of this process. */
export interface MeasuredBuffers {
  /** Another number is another set of them. */
  readonly revision: number;
  readonly isEmpty: boolean;
  /** Of a SKU: units by location; undefined when it has none. */
  of(skuId: number): ReadonlyMap<number, number> | undefined;
  /** Reads what has changed; called after each local change. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

export const NO_MEASURED_BUFFERS: MeasuredBuffers = {
  revision: 0,
  isEmpty: true,
  of: () => undefined,
  refresh: async () => {},
  stop: async () => {},
};

/** As all that is published: other processes know it within a quarter of a second. */
const EVERY_MS = 250;

const readChanged = statement<{ revision: number; changed: [number, number, number][] | null }>(
  "availability.readChangedBuffers",
  `select revision, (select json_agg(json_build_array(sku_id, location_id, units)) from availability.measured_buffers where revision > $1::bigint) as changed
   from availability.measured_revision`,
);

const readRevision = statement<{ revision: number }>(
  "availability.readMeasuredRevision",
  "select revision from availability.measured_revision",
);

export async function followMeasuredBuffers(options: {
  database: Database;
  onError: (error: unknown) => void;
}): Promise<MeasuredBuffers> {
  const { database, onError } = options;
  let revision = -1;
  let bySku = new Map<number, Map<number, number>>();
  const load = async (since: number): Promise<void> => {
    const [row] = await database.read(readChanged, [since]);
    // Maps are replaced, never changed: a set of rules keeps seeing one moment.
    const next = since < 0 ? new Map<number, Map<number, number>>() : new Map(bySku);
    for (const [skuId, locationId, units] of row!.changed ?? []) {
      const known = next.get(skuId);
      const locations = known === undefined || known === bySku.get(skuId) ? new Map(known) : known;
      if (units === 0) locations.delete(locationId);
      else locations.set(locationId, units);
      if (locations.size === 0) next.delete(skuId);
      else next.set(skuId, locations);
    }
    bySku = next;
    revision = row!.revision;
  };
  await load(revision);
  const refresher = new Refresher({
    everyMs: EVERY_MS,
    refresh: async () => {
      const [current] = await database.read(readRevision);
      // After a fail-over that lost commits it is lower than ours; then all is read again.
      if (current!.revision !== revision) await load(current!.revision < revision ? -1 : revision);
    },
    onError,
  });
  return {
    get revision() {
      return revision;
    },
    get isEmpty() {
      return bySku.size === 0;
    },
    of: (skuId) => bySku.get(skuId),
    refresh: () => refresher.now(),
    stop: () => refresher.stop(),
  };
}

/** A measured buffer as what it is like: a rule that names the SKU and the location. */
export function asRule(sku: SkuEntry, units: number): Control {
  return { name: "Measured buffer", effect: { type: "buffer", units }, scope: { skus: [sku.code] } };
}

import { simulateSplits, type PastOrder, type StockedLocation } from "../../promising/public.ts";
import { fewestThenNearest } from "../../sourcing/public.ts";
import { withDatabase } from "./with-database.ts";

/** The newest ones of a larger history. */
const MOST_ORDERS = 200_000;

const READ_ORDERS = `
  select o.ordered_at as "occurredAt", array_agg(distinct s.code) as skus,
    max(c.latitude) as latitude, max(c.longitude) as longitude
  from (select id, ordered_at from orders.orders where type <> 'exchange' order by ordered_at desc limit $1) o
    join orders.order_lines l on l.order_id = o.id join catalog.skus s on s.id = l.sku_id
    join orders.fulfillment_choices c on c.order_id = o.id
  group by o.id, o.ordered_at having bool_and(c.method = 'delivery') and count(distinct c.number) = 1`;

const READ_STOCK = `
  select l.id as "locationId", l.latitude, l.longitude, l.priority, jsonb_object_agg(s.code, p.on_hand - p.damaged) as units
  from inventory.positions p join network.locations l on l.id = p.location_id join catalog.skus s on s.id = p.sku_id
  where l.active and p.on_hand > p.damaged group by l.id order by l.id`;

interface OrderRow {
  occurredAt: Date;
  skus: string[];
  latitude: number | null;
  longitude: number | null;
}

type StockRow = Omit<StockedLocation, "units"> & { units: Record<string, number> };

/** `orrery simulate-recommendations`: what recommending by place would have changed in the orders of this database. */
export async function simulateRecommendationsCommand(): Promise<void> {
  await withDatabase("simulate-recommendations", async ({ pool }) => {
    const orders = (await pool.query<OrderRow>(READ_ORDERS, [MOST_ORDERS])).rows;
    const stock = (await pool.query<StockRow>(READ_STOCK)).rows;
    const report = simulateSplits(
      orders.map(pastOrder),
      stock.map(({ units, ...location }) => ({ ...location, units: new Map(Object.entries(units)) })),
      fewestThenNearest,
    );
    const percent = (share: number): string => `${(share * 100).toFixed(1).padStart(5)} %`;
    const lines = [
      `Learned from ${report.learnedFrom} delivered orders; looked at ${report.orders} later ones whose first item goes with something.`,
      `In more than one parcel, as they were                           ${percent(report.split)}`,
      `… with the strongest recommendation, wherever it lies           ${percent(report.splitWithStrongest)}`,
      `… with the strongest one that lies where the first item leaves  ${percent(report.splitWithColocated)}`,
      `There was one for                                               ${percent(report.served)}`,
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  });
}

const pastOrder = ({ occurredAt, skus, latitude, longitude }: OrderRow): PastOrder => ({
  occurredAt,
  skus,
  destination: latitude === null || longitude === null ? null : { latitude, longitude },
});

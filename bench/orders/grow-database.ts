import type { BenchDatabase } from "../runner/database.ts";

/** The tables of an order's parts that hold nothing of its own but the ID. */
const COPIED = {
  "orders.fulfillment_choices": "number, external_id, method, service, address, latitude, longitude",
  "orders.charges": "number, line_number, type, amount",
  "orders.tenders": "number, type, amount, reference",
  "orders.sourcing_decisions": "attempt, decided_at, explanation",
} as const;

/** How many SKUs the orders are about: a fifth of those that `growth` has sell. */
const SKUS = 10_000;

/**
 * Multiplies the one order that was captured through the API (`model`): as many more of the same shape, each with other
 * SKUs, positions, movements, events and entries in the feed, as if they had been captured one after the other. While no
 * server runs. All of them are still open, which is worse than life: the indexes of open work hold every one of them.
 */
export async function growDatabase({ pool }: BenchDatabase, model: string, orders: number): Promise<void> {
  await pool.query(
    `create unlogged table public.grown as
     select n, uuidv7(n * interval '1 millisecond' - $1 * interval '1 millisecond') as order_id, gen_random_uuid() as fulfillment_order_id,
       now() - ($1 - n) * interval '1 millisecond' as at, location.id as location_id, nextval('orders.order_numbers') as number
     from generate_series(1, $1::int) as n
     join (select id, row_number() over (order by id) - 1 as place, count(*) over () as places from network.locations) location
       on n % location.places = location.place`,
    [orders],
  );
  // The ledger's quantities after each step, from those of the position before.
  await pool.query(
    `create unlogged table public.grown_lines as
     select grown.n, grown.order_id, grown.fulfillment_order_id, grown.at, grown.location_id, line.number, line.choice_number, sku.id as sku_id,
       line.quantity, line.unit_price,
       sum(line.quantity) over step as allocated, row_number() over step as step
     from public.grown
     join orders.order_lines line on line.order_id = $1
     join (select id, row_number() over (order by id) - 1 as place from catalog.skus) sku
       on sku.place = (grown.n::bigint * 7919 + line.number * 104729) % $2
     window step as (partition by sku.id, grown.location_id order by grown.n rows unbounded preceding)`,
    [model, SKUS],
  );
  // Two chains, because the machine has two cores.
  await pool.query("analyze public.grown, public.grown_lines");
  await Promise.all([writeOrders({ pool }, model), writeStockAndEvents({ pool }, model)]);
  await pool.query("drop table public.grown, public.grown_lines");
}

type Pool = Pick<BenchDatabase, "pool">;

async function writeOrders({ pool }: Pool, model: string): Promise<void> {
  await pool.query(
    `insert into orders.orders (id, number, channel_id, external_reference, content_hash, type, status, currency, customer_reference,
       customer_name, customer_email, item_total, charge_total, grand_total, unit_count, ordered_at, ordered_at_given, status_at, event_sequence)
     select g.order_id, g.number, m.channel_id, 'G-' || g.n, sha256(g.n::text::bytea), m.type, m.status, m.currency, 'C-' || g.n % 50000,
       'Customer ' || g.n % 50000, 'c' || g.n % 50000 || '@example.com', m.item_total, m.charge_total, m.grand_total, m.unit_count, g.at, false,
       g.at, m.event_sequence
     from public.grown g, orders.orders m where m.id = $1`,
    [model],
  );
  await pool.query(
    `insert into orders.order_lines (order_id, number, choice_number, sku_id, quantity, unit_price, allocated)
     select order_id, number, choice_number, sku_id, quantity, unit_price, quantity from public.grown_lines order by n, number`,
  );
  for (const [table, columns] of Object.entries(COPIED))
    await pool.query(
      `insert into ${table} (order_id, ${columns})
       select g.order_id, m.* from public.grown g, (select ${columns} from ${table} where order_id = $1) m order by g.n`,
      [model],
    );
  await pool.query(
    `insert into orders.fulfillment_orders (id, order_id, number, choice_number, location_id, method, status, due_at, created_at, status_at)
     select g.fulfillment_order_id, g.order_id, m.number, m.choice_number, g.location_id, m.method, m.status, m.due_at, g.at, g.at
     from public.grown g, orders.fulfillment_orders m where m.order_id = $1 order by g.n`,
    [model],
  );
  await pool.query(
    `insert into orders.fulfillment_order_lines (fulfillment_order_id, line_number, sku_id, quantity)
     select fulfillment_order_id, number, sku_id, quantity from public.grown_lines order by n, number`,
  );
}

async function writeStockAndEvents({ pool }: Pool, model: string): Promise<void> {
  await pool.query(
    `insert into inventory.movements (sku_id, location_id, kind, delta_allocated, on_hand, reserved, allocated, damaged, version, occurred_at,
       source, source_document, actor)
     select l.sku_id, l.location_id, 'allocation', l.quantity, p.on_hand, p.reserved, p.allocated + l.allocated, p.damaged, p.version + l.step,
       l.at, 'orders', l.order_id, 'key:grown'
     from public.grown_lines l join inventory.positions p using (sku_id, location_id) order by l.n, l.number`,
  );
  await pool.query(
    `update inventory.positions p set allocated = p.allocated + grown.quantity, version = p.version + grown.steps
     from (select sku_id, location_id, sum(quantity) as quantity, count(*) as steps from public.grown_lines group by 1, 2) grown
     where p.sku_id = grown.sku_id and p.location_id = grown.location_id`,
  );
  await pool.query(
    `insert into inventory.allocations (holder_id, line_number, order_id, sku_id, location_id, quantity, allocated_at)
     select fulfillment_order_id, number, order_id, sku_id, location_id, quantity, at from public.grown_lines order by n, number`,
  );
  const entities = `public.grown g cross join lateral (values (g.order_id, 'order'), (g.fulfillment_order_id, 'fulfillmentOrder')) e (id, type)`;
  const models = `(select id from orders.orders where id = $1 union all select id from orders.fulfillment_orders where order_id = $1)`;
  await pool.query(
    `insert into workflow.instances (entity_id, entity_type, definition_id, state, entry, entered_at)
     select e.id, e.type, m.definition_id, m.state, m.entry, g.at
     from ${entities} join workflow.instances m on m.entity_type = e.type and m.entity_id in ${models} order by g.n`,
    [model],
  );
  await pool.query(
    `insert into workflow.history (entity_id, entry, event, to_state, occurred_at, actor)
     select e.id, h.entry, h.event, h.to_state, g.at, h.actor
     from ${entities} join workflow.instances m on m.entity_type = e.type and m.entity_id in ${models}
     join workflow.history h on h.entity_id = m.entity_id order by g.n`,
    [model],
  );
  await pool.query(
    `insert into platform.events (type, entity_type, entity_id, sequence, occurred_at, actor, request_id, data)
     select m.type, m.entity_type, g.order_id, m.sequence, g.at, m.actor, m.request_id, m.data
     from public.grown g, platform.events m where m.entity_id = $1 order by g.n, m.sequence`,
    [model],
  );
  await pool.query(
    `insert into platform.audit_log (actor, action, entity_type, entity_id, request_id)
     select m.actor, m.action, m.entity_type, g.order_id, m.request_id
     from public.grown g, platform.audit_log m where m.entity_id = $1 and m.action = 'captureOrder' order by g.n`,
    [model],
  );
  // What the sequencer would have done tick by tick; it goes on from here.
  await pool.query(
    `with state as (select position from platform.feed_state), fed as (
       insert into platform.feed (position, event_id, recorded_at)
       select state.position + row_number() over (order by e.id), e.id, e.recorded_at
       from state, platform.events e where not exists (select from platform.feed f where f.event_id = e.id) returning 1)
     update platform.feed_state set position = position + (select count(*) from fed), snapshot = pg_current_snapshot()`,
  );
}

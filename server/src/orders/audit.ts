import type { AuditCheck } from "../platform/db/audit-check.ts";

/** What must hold for orders, their fulfillment orders and their promises on stock; each selects what breaks it. */
export const orderAudit: readonly AuditCheck[] = [
  {
    name: "orders: totals equal their lines and charges",
    sql: `select o.id, o.number, o.item_total, o.charge_total, o.grand_total, l.item_total as lines, c.charge_total as charges
      from orders.orders o
      cross join lateral (select coalesce(sum(quantity * unit_price), 0) as item_total, coalesce(sum(quantity), 0) as units from orders.order_lines where order_id = o.id) l
      cross join lateral (select coalesce(sum(case when type = 'discount' then -amount else amount end), 0) as charge_total from orders.charges where order_id = o.id) c
      where o.item_total <> l.item_total or o.charge_total <> c.charge_total or o.grand_total <> o.item_total + o.charge_total or o.unit_count <> l.units`,
  },
  {
    // Services are done without fulfillment orders.
    name: "orders: a line's allocated, shipped and delivered units are those of its fulfillment orders",
    sql: `select l.order_id, l.number, l.allocated, l.shipped, l.delivered, f.open, f.shipped as f_shipped, f.delivered as f_delivered
      from orders.order_lines l
      left join (select o.order_id, n.line_number, sum(n.quantity - n.shipped - n.withdrawn) as open, sum(n.shipped) as shipped, sum(n.delivered) as delivered
        from orders.fulfillment_orders o join orders.fulfillment_order_lines n on n.fulfillment_order_id = o.id group by 1, 2) f
        on f.order_id = l.order_id and f.line_number = l.number
      where (l.allocated <> coalesce(f.open, 0) or l.shipped <> coalesce(f.shipped, 0) or l.delivered <> coalesce(f.delivered, 0))
        and not (l.allocated = 0 and f.order_id is null and l.shipped = l.delivered and exists (select from orders.orders o where o.id = l.order_id and o.type = 'service'))`,
  },
  {
    name: "orders: every open unit at a location is allocated there, and nothing else is",
    sql: `select coalesce(n.fulfillment_order_id, a.holder_id) as fulfillment_order_id, coalesce(n.line_number, a.line_number) as line_number, n.open, a.quantity
      from (select n.fulfillment_order_id, n.line_number, f.location_id, n.sku_id, n.quantity - n.shipped - n.withdrawn as open
        from orders.fulfillment_order_lines n join orders.fulfillment_orders f on f.id = n.fulfillment_order_id) n
      full join inventory.allocations a on a.holder_id = n.fulfillment_order_id and a.line_number = n.line_number
      where n.open is distinct from a.quantity or n.location_id is distinct from a.location_id or n.sku_id is distinct from a.sku_id`,
  },
  {
    name: "orders: what is used of a quota is what orders have promised, shipped or wait for under it",
    sql: `select coalesce(q.id, h.id) as quota_id, q.rule, q.used, h.units from availability.quotas q
      full join (select (counted->>'id')::bigint as id, sum((counted->>'units')::int) as units from (
          select jsonb_array_elements(counted) as counted from orders.fulfillment_order_lines where counted is not null
          union all select jsonb_array_elements(lost->'counted') from orders.order_lines where lost is not null) held
        group by 1) h on h.id = q.id
      where q.used is distinct from coalesce(h.units, 0)`,
  },
  {
    name: "orders: of the units that were promised once, none is more than waits",
    sql: `select order_id, number, backordered, lost from orders.order_lines
      where lost is not null and not ((lost->>'units')::int between 1 and backordered)`,
  },
  {
    name: "orders: the number of holds is that of the active ones",
    sql: `select o.id, o.number, o.holds, h.active from orders.orders o
      cross join lateral (select count(*) as active from orders.holds where order_id = o.id and released_at is null) h where o.holds <> h.active`,
  },
  {
    name: "orders: every order and fulfillment order stands in its workflow",
    sql: `select o.id, 'order' as entity from orders.orders o left join workflow.instances i on i.entity_id = o.id where i.entity_id is null
      union all select f.id, 'fulfillmentOrder' from orders.fulfillment_orders f left join workflow.instances i on i.entity_id = f.id where i.entity_id is null`,
  },
  {
    name: "orders: the state of every entity is the last one of its history, without gaps",
    sql: `select i.entity_id, i.state, i.entry, h.entries, h.last_state from workflow.instances i
      left join (select entity_id, count(*) as entries, max(entry) as last_entry, (array_agg(to_state order by entry desc))[1] as last_state
        from workflow.history group by entity_id) h on h.entity_id = i.entity_id
      where h.entries is distinct from i.entry::bigint or h.last_entry is distinct from i.entry or h.last_state is distinct from i.state`,
  },
  {
    name: "orders: the event counter of every order is its number of events",
    sql: `select o.id, o.number, o.event_sequence, e.events from orders.orders o
      left join (select entity_id, count(*) as events, max(sequence) as last from platform.events where entity_type = 'order' group by entity_id) e on e.entity_id = o.id
      where o.event_sequence is distinct from e.events::int or o.event_sequence is distinct from e.last`,
  },
  {
    name: "orders: an order without open units is finished, one with open units is not",
    sql: `select o.id, o.number, o.status, l.open from orders.orders o
      cross join lateral (select coalesce(sum(backordered + allocated), 0) as open, count(*) as lines from orders.order_lines where order_id = o.id) l
      where l.lines > 0 and ((l.open = 0) <> (o.status in ('shipped', 'delivered', 'complete', 'cancelled', 'expired')))`,
  },
  {
    name: "orders: of several versions of an order only the last one has open units",
    sql: `select o.id, o.number, o.revision, l.open from orders.orders o
      cross join lateral (select coalesce(sum(backordered + allocated), 0) as open from orders.order_lines where order_id = o.id) l
      where l.open > 0 and exists (select from orders.orders n
        where n.channel_id = o.channel_id and n.external_reference = o.external_reference and n.revision > o.revision)`,
  },
  {
    // In place of foreign keys, which cost capture a quarter of PostgreSQL's time.
    name: "orders: nothing belongs to an order, channel, location, SKU or workflow that does not exist",
    sql: `select 'order' as entity, o.id::text from orders.orders o left join network.channels c on c.id = o.channel_id where c.id is null
      union all select 'line', l.order_id || '/' || l.number from orders.order_lines l
        left join orders.orders o on o.id = l.order_id left join catalog.skus s on s.id = l.sku_id where o.id is null or s.id is null
      union all select part.entity, part.order_id::text from (
        select 'choice' as entity, order_id from orders.fulfillment_choices union all select 'charge', order_id from orders.charges
        union all select 'tender', order_id from orders.tenders union all select 'decision', order_id from orders.sourcing_decisions) part
        left join orders.orders o on o.id = part.order_id where o.id is null
      union all select 'fulfillmentOrder', f.id::text from orders.fulfillment_orders f
        left join orders.orders o on o.id = f.order_id left join network.locations n on n.id = f.location_id where o.id is null or n.id is null
      union all select 'fulfillmentLine', l.fulfillment_order_id::text from orders.fulfillment_order_lines l
        left join orders.fulfillment_orders f on f.id = l.fulfillment_order_id where f.id is null
      union all select 'workflow', i.entity_id::text from workflow.instances i
        left join workflow.definitions d on d.id = i.definition_id where d.id is null`,
  },
];

import type { AuditCheck } from "../platform/db/audit-check.ts";

/** What must hold for stock; each selects what breaks it. */
export const inventoryAudit: readonly AuditCheck[] = [
  {
    name: "inventory: every counter is the sum of its movements",
    sql: `select sku_id, location_id, p.on_hand, m.on_hand as moved_on_hand, p.reserved, m.reserved as moved_reserved,
        p.allocated, m.allocated as moved_allocated, p.damaged, m.damaged as moved_damaged
      from inventory.positions p
      full join (select sku_id, location_id, sum(delta_on_hand) as on_hand, sum(delta_reserved) as reserved,
          sum(delta_allocated) as allocated, sum(delta_damaged) as damaged
        from inventory.movements group by sku_id, location_id) m using (sku_id, location_id)
      where (p.on_hand, p.reserved, p.allocated, p.damaged) is distinct from
        (coalesce(m.on_hand, 0), coalesce(m.reserved, 0), coalesce(m.allocated, 0), coalesce(m.damaged, 0))`,
  },
  {
    name: "inventory: versions have no gaps, and each movement's result is the result before and its change",
    sql: `select sku_id, location_id, version, before from (
        select m.*, lag(version, 1, 0::bigint) over step as before, lag(on_hand, 1, 0) over step as on_hand_before,
          lag(reserved, 1, 0) over step as reserved_before, lag(allocated, 1, 0) over step as allocated_before,
          lag(damaged, 1, 0) over step as damaged_before
        from inventory.movements m window step as (partition by sku_id, location_id order by version)) m
      where version <> before + 1 or on_hand <> on_hand_before + delta_on_hand or reserved <> reserved_before + delta_reserved
        or allocated <> allocated_before + delta_allocated or damaged <> damaged_before + delta_damaged`,
  },
  {
    name: "inventory: a position's version is the number of its movements",
    sql: `select sku_id, location_id, p.version, m.movements from inventory.positions p
      left join (select sku_id, location_id, count(*) as movements from inventory.movements group by sku_id, location_id) m
        using (sku_id, location_id)
      where p.version <> coalesce(m.movements, 0)`,
  },
  {
    name: "inventory: allocated is the sum of the open allocations, and of what has arrived for orders",
    sql: `select sku_id, location_id, p.allocated, a.quantity from inventory.positions p
      full join (select sku_id, location_id, sum(quantity) as quantity from (
          select sku_id, location_id, quantity from inventory.allocations where quantity > 0
          union all select sku_id, location_id, arrived from inventory.supply_promises where arrived > 0) open
        group by sku_id, location_id) a using (sku_id, location_id)
      where coalesce(p.allocated, 0) <> coalesce(a.quantity, 0)`,
  },
  {
    name: "inventory: reserved is the sum of the units that holds hold",
    sql: `select sku_id, location_id, p.reserved, r.quantity from inventory.positions p
      full join (select sku_id, location_id, sum(quantity) as quantity from inventory.reservations group by sku_id, location_id) r
        using (sku_id, location_id)
      where coalesce(p.reserved, 0) <> coalesce(r.quantity, 0)`,
  },
  {
    name: "inventory: only a hold that has not ended holds units",
    sql: `select hold_id, h.state from inventory.reservations
      left join inventory.holds h on h.id = hold_id where h.state is distinct from 'held'`,
  },
  {
    name: "inventory: what is promised beyond the truth is exactly the open shorts",
    sql: `select sku_id, location_id, p.shortfall, s.quantity from (
        select sku_id, location_id,
          greatest(0, least(allocated::bigint + reserved, allocated::bigint + reserved + damaged - on_hand)) as shortfall
        from inventory.positions) p
      full join (select sku_id, location_id, quantity from inventory.shorts where closed_at is null) s
        using (sku_id, location_id)
      where coalesce(p.shortfall, 0) <> coalesce(s.quantity, 0)`,
  },
  {
    name: "inventory: every short has all its events",
    sql: `select s.id, s.version, e.events from inventory.shorts s
      left join (select entity_id, count(*) as events, max(sequence) as last from platform.events
        where entity_type = 'short' group by entity_id) e on e.entity_id = s.id
      where s.version is distinct from e.events::int or s.version is distinct from e.last`,
  },
  {
    name: "inventory: every position is of a SKU and a location that exist",
    sql: `select sku_id, location_id from inventory.positions p
      where not exists (select from catalog.skus where id = sku_id)
        or not exists (select from network.locations where id = location_id)`,
  },
  {
    name: "inventory: every documented fact has its movement",
    sql: `select sku_id, location_id, source, document, kind from inventory.fact_keys k
      where not exists (select from inventory.movements m where m.sku_id = k.sku_id and m.location_id = k.location_id
        and m.source = k.source and m.source_document = k.document and m.kind = k.kind)`,
  },
  {
    name: "inventory: every counter of a supply is the sum of its movements",
    sql: `select s.id, s.version, m.movements from inventory.supplies s
      full join (select supply_id, count(*) as movements, sum(delta_quantity) as quantity, sum(delta_received) as received,
          sum(delta_cancelled) as cancelled, sum(delta_promised) as promised
        from inventory.supply_movements group by supply_id) m on m.supply_id = s.id
      where (s.version, s.quantity, s.received, s.cancelled, s.promised) is distinct from
        (coalesce(m.movements, 0), coalesce(m.quantity, 0), coalesce(m.received, 0), coalesce(m.cancelled, 0), coalesce(m.promised, 0))`,
  },
  {
    name: "inventory: each movement of a supply results in the result before and its change",
    sql: `select supply_id, version, before from (
        select m.*, lag(version, 1, 0) over step as before, lag(quantity, 1, 0) over step as quantity_before,
          lag(received, 1, 0) over step as received_before, lag(cancelled, 1, 0) over step as cancelled_before,
          lag(promised, 1, 0) over step as promised_before
        from inventory.supply_movements m window step as (partition by supply_id order by version)) m
      where version <> before + 1 or quantity <> quantity_before + delta_quantity or received <> received_before + delta_received
        or cancelled <> cancelled_before + delta_cancelled or promised <> promised_before + delta_promised
        or promised > greatest(0, quantity - received - cancelled)`,
  },
  {
    name: "inventory: what is promised of a supply is what lines of orders wait for, of its SKU and at its location",
    sql: `select s.id, s.promised, p.waiting from inventory.supplies s
      full join (select supply_id, sum(waiting) as waiting, min(sku_id) as sku_id, max(sku_id) as last_sku_id,
          min(location_id) as location_id, max(location_id) as last_location_id
        from inventory.supply_promises group by supply_id) p on p.supply_id = s.id
      where coalesce(s.promised, 0) <> coalesce(p.waiting, 0) or s.id is null
        or p.sku_id <> s.sku_id or p.last_sku_id <> s.sku_id or p.location_id <> s.location_id or p.last_location_id <> s.location_id`,
  },
  {
    name: "inventory: an order that lost units of a supply, or gets them later, is still to be told",
    sql: `select supply_id, order_id, line_number from inventory.supply_promises where lost > 0 and not upset`,
  },
];

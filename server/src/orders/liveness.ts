import type { AuditCheck } from "../platform/db/audit-check.ts";
import { HAS_STOPPED, MASS_ACTION_STOPPED } from "./mass-actions/own-stopped-mass-actions.ts";
import { CALL_JOB } from "./steps/call-webhook.ts";

const UNFINISHED = "'created', 'confirmed', 'processing', 'ready for pickup', 'shipped', 'delivered'";
const AT_WORK =
  "'created', 'escalated', 'scheduled', 'waiting for wave', 'picking', 'packed', 'ready for pickup', 'dispatched'";
/** Workers look once a second; what is so late nobody looks after. */
const LATE = "interval '15 minutes'";

/**
 * Nothing unfinished is without an owner and a deadline (X4). Orders of the past are not waited for. Each check starts from
 * what is unfinished, by an index: 0.5 s for 100,000 orders under way.
 */
export const orderLiveness: readonly AuditCheck[] = [
  {
    name: "liveness: an unfinished order has work at a location, a timer, a task, an exception or a call under way",
    sql: `select o.id, o.number, o.status, i.state, i.entered_at from orders.orders o join workflow.instances i on i.entity_id = o.id
      where o.status in (${UNFINISHED}) and not o.historical
        and not exists (select from orders.fulfillment_orders f where f.order_id = o.id and f.status in (${AT_WORK}))
        and not exists (select from workflow.timers t where t.entity_id = o.id and t.entry = i.entry)
        and not exists (select from tasks.tasks t where t.root_id = o.id and t.closed_at is null)
        and not exists (select from tasks.exceptions x where x.entity_id = o.id::text and x.closed_at is null)
        and o.id::text not in (select payload ->> 'orderId' from platform.jobs
          where kind = '${CALL_JOB}' and state in ('waiting', 'behind', 'running', 'parked') and payload ->> 'orderId' is not null)`,
  },
  {
    name: "liveness: a state that no label of an order's end belongs to shows one that the checks know",
    sql: `select o.id, o.number, o.status from orders.orders o where o.status not in (${UNFINISHED}, 'complete', 'cancelled', 'expired')`,
  },
  {
    name: "liveness: work at a location says until when",
    sql: `select f.id, f.order_id, f.status, l.code as location from orders.fulfillment_orders f
      join orders.orders o on o.id = f.order_id and not o.historical
      join network.locations l on l.id = f.location_id
      where f.due_at is null and f.status in (${AT_WORK})`,
  },
  {
    name: "liveness: no timer that counts is late",
    sql: `select t.entity_id, t.name, t.due_at from workflow.timers t join workflow.instances i on i.entity_id = t.entity_id and i.entry = t.entry
      where t.due_at < now() - ${LATE}`,
  },
  {
    name: "liveness: a mass action that goes on has a job, or an exception since its job was skipped",
    sql: `select m.id, m.number, m.state from orders.mass_actions m where ${HAS_STOPPED}
        and not exists (select from tasks.exceptions x where x.kind = '${MASS_ACTION_STOPPED}' and x.entity_id = m.id::text and x.closed_at is null)`,
  },
];

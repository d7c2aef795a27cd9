import { type Static, Type } from "typebox";
import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import { amountField, idField, momentField, orNull, textField, wholeField } from "../../platform/http/described.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../../platform/http/paging.ts";
import type { Principal } from "../../platform/http/route.ts";
import { isReversible, maySee } from "./decide-mass-action.ts";
import { HAS_STOPPED } from "./own-stopped-mass-actions.ts";
import { MASS_ACTION_STATES, type MassActionState, noMassAction } from "./mass-action.ts";

export const MassAction = Type.Object(
  {
    id: idField("The mass action's ID (UUIDv7)."),
    number: wholeField("Its number, for people.", 12),
    action: textField("`hold`, `release`, `cancel`, or an event that workflows offer.", "cancel"),
    data: Type.Record(Type.String(), Type.Unknown(), {
      description: "What was entered into the action's form.",
      examples: [{}],
    }),
    reason: textField("Why, for holds and cancellations.", "price error"),
    filter: Type.Record(Type.String(), Type.Unknown(), {
      description: "What was asked of the list of orders, without the values that name people.",
      examples: [{ sku: "TV-55", channel: "web" }],
    }),
    state: Type.Enum(MASS_ACTION_STATES, {
      description:
        "holding: the orders are being held; ready: all are held and it waits to be confirmed or withdrawn; running; done; withdrawing, withdrawn: the holds end; undoing, undone.",
      examples: ["ready"],
    }),
    stopped: Type.Boolean({
      description: "Whether its job was skipped: it does not go on by itself, and can be withdrawn (or undone) again.",
      examples: [false],
    }),
    reversible: Type.Boolean({ description: "Whether it can be undone once it is done.", examples: [true] }),
    orders: wholeField("Orders that it is about.", 5_000),
    skipped: wholeField("Orders that the filter found, but that had ended already.", 12),
    pending: wholeField("Orders that the present work has still to reach.", 1_200),
    refused: wholeField("Orders on which it was not possible.", 3),
    begunBy: textField("Who began it.", "user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"),
    begunByName: orNull(textField("The name of that user or key; null: no longer known.", "Ada Lovelace")),
    begunAt: momentField("When it was begun."),
    decidedBy: orNull(textField("Who confirmed, withdrew or undid it.", "user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d")),
    decidedAt: orNull(momentField("When that was.")),
    endedAt: orNull(momentField("When the last of its work was done.")),
  },
  { $id: "MassAction", description: "One action on all orders that a filter found." },
);
type MassActionAnswer = Static<typeof MassAction>;

export const MassActionEffect = Type.Object(
  {
    orders: wholeField("Orders that it is about.", 5_000),
    units: wholeField("Units that they ask for.", 7_312),
    amounts: Type.Array(
      Type.Object({
        currency: textField("ISO 4217.", "EUR"),
        amount: amountField("What they cost together.", 1_499_500),
      }),
      { description: "One per currency." },
    ),
    beingPicked: wholeField("Orders of which something is being picked or is packed.", 210),
    shipped: wholeField("Orders of which something has left already.", 35),
    heldOtherwise: wholeField("Orders that another hold keeps back as well.", 4),
    statuses: Type.Array(
      Type.Object({ status: textField("Label.", "processing"), orders: wholeField("Orders that have it.", 4_700) }),
      { description: "Their labels now, the most frequent first." },
    ),
  },
  { $id: "MassActionEffect", description: "What a mass action is about, as it is now." },
);

export const MassActionItem = Type.Object(
  {
    orderId: idField("The order's ID (UUIDv7)."),
    orderNumber: wholeField("The order's number, for people.", 100001),
    status: textField("The order's label now.", "cancelled"),
    state: Type.Enum(["pending", "done", "refused"], {
      description: "Of the present or last work.",
      examples: ["refused"],
    }),
    code: orNull(textField("Why it was refused, by its stable name.", "tooLate")),
    detail: orNull(textField("Why it was refused, in a sentence.", "Everything of this order has left already.")),
  },
  { $id: "MassActionItem", description: "What a mass action came to on one order." },
);

const COLUMNS = `m.id, m.number, m.action, m.data, m.reason, m.filter, m.state, m.order_count as orders, m.skipped_count as skipped,
  (select count(*)::int from orders.mass_action_items i where i.mass_action_id = m.id and i.state = 'pending') as pending,
  (select count(*)::int from orders.mass_action_items i where i.mass_action_id = m.id and i.state = 'refused') as refused,
  (${HAS_STOPPED}) as stopped,
  m.begun_by as "begunBy", m.begun_at as "begunAt", m.decided_by as "decidedBy", m.decided_at as "decidedAt", m.ended_at as "endedAt",
  to_char(m.begun_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "sortedAt"`;

interface Row extends Omit<MassActionAnswer, "begunByName" | "reversible" | "begunAt" | "decidedAt" | "endedAt"> {
  state: MassActionState;
  begunAt: Date;
  decidedAt: Date | null;
  endedAt: Date | null;
  sortedAt: string;
}

const selectOne = statement<Row>(
  "orders.viewMassAction",
  `select ${COLUMNS} from orders.mass_actions m where m.id = $1::uuid`,
);
const selectPage = statement<Row>(
  "orders.listMassActions",
  `select ${COLUMNS} from orders.mass_actions m
    where ($1::timestamptz is null or (m.begun_at, m.id) < ($1, $2::uuid)) and ($3::text is null or m.begun_by = $3)
    order by m.begun_at desc, m.id desc limit $4::int`,
);

export interface MassActionReading {
  database: Database;
  actorNames: (actors: string[]) => Promise<ReadonlyMap<string, string>>;
}

export const MassActionListQuery = Type.Object(PageQuery, { additionalProperties: false });

/** Newest first. */
export async function listMassActions(
  { database, actorNames }: MassActionReading,
  query: Static<typeof MassActionListQuery>,
  principal: Principal,
): Promise<Page<MassActionAnswer>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [begunAt, id] = decodeCursor(query.after, ["time", "uuid"]) ?? [null, null];
  const isLimited = principal.locationCodes !== null || principal.channelCodes !== null;
  const rows = await database.read(selectPage, [begunAt, id, isLimited ? principal.actor : null, limit + 1]);
  const names = await actorNames(rows.map(({ begunBy }) => begunBy));
  return cutPage(
    rows,
    limit,
    (row) => viewOf(row, names),
    (row) => [row.sortedAt, row.id],
  );
}

export async function readMassAction(
  { database, actorNames }: MassActionReading,
  id: string,
  principal: Principal,
): Promise<MassActionAnswer> {
  const row = await visible(database, id, principal);
  return viewOf(row, await actorNames([row.begunBy]));
}

function viewOf({ sortedAt: _, ...row }: Row, names: ReadonlyMap<string, string>): MassActionAnswer {
  return {
    ...row,
    reversible: isReversible(row),
    begunByName: names.get(row.begunBy) ?? null,
    begunAt: row.begunAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

async function visible(database: Database, id: string, principal: Principal): Promise<Row> {
  const [row] = await database.read(selectOne, [id]);
  if (row === undefined || !maySee({ begun_by: row.begunBy }, principal)) throw noMassAction(id);
  return row;
}

const readEffect = statement<Static<typeof MassActionEffect>>(
  "orders.readMassActionEffect",
  `with found as materialized (
     select o.id, o.status, o.currency, o.grand_total, o.unit_count, o.holds, cardinality(i.hold_ids) as own
       from orders.mass_action_items i join orders.orders o on o.id = i.order_id where i.mass_action_id = $1::uuid)
   select count(*)::int as orders, coalesce(sum(unit_count), 0)::int as units,
     coalesce((select json_agg(json_build_object('currency', currency, 'amount', amount) order by currency)
        from (select currency, sum(grand_total)::bigint as amount from found group by currency) by_currency), '[]') as amounts,
     count(*) filter (where exists (select from orders.fulfillment_orders f where f.order_id = found.id and f.status in ('picking', 'packed', 'ready for pickup')))::int as "beingPicked",
     count(*) filter (where exists (select from orders.order_lines l where l.order_id = found.id and l.shipped > 0))::int as shipped,
     count(*) filter (where holds > own)::int as "heldOtherwise",
     coalesce((select json_agg(json_build_object('status', status, 'orders', orders) order by orders desc, status)
        from (select status, count(*)::int as orders from found group by status) by_status), '[]') as statuses
   from found`,
);

/** What somebody looks at before he confirms: whom and how much it concerns, and what can no longer be stopped. */
export async function readMassActionEffect(
  { database }: MassActionReading,
  id: string,
  principal: Principal,
): Promise<Static<typeof MassActionEffect>> {
  await visible(database, id, principal);
  const [effect] = await database.read(readEffect, [id]);
  return effect!;
}

export const MassActionItemQuery = Type.Object(
  {
    ...PageQuery,
    state: Type.Optional(
      Type.Enum(["pending", "done", "refused"], { description: "Only orders in this state.", examples: ["refused"] }),
    ),
  },
  { additionalProperties: false },
);

interface ItemRow extends Static<typeof MassActionItem> {
  position: number;
}

const selectItems = statement<ItemRow>(
  "orders.listMassActionItems",
  `select i.position, i.order_id as "orderId", o.number as "orderNumber", o.status, i.state,
          i.refusal->>'code' as code, i.refusal->>'detail' as detail
     from orders.mass_action_items i join orders.orders o on o.id = i.order_id
    where i.mass_action_id = $1::uuid and ($2::bigint is null or i.position > $2::bigint) and ($3::text is null or i.state = $3)
    order by i.position limit $4::int`,
);

export async function listMassActionItems(
  { database }: MassActionReading,
  id: string,
  query: Static<typeof MassActionItemQuery>,
  principal: Principal,
): Promise<Page<Static<typeof MassActionItem>>> {
  await visible(database, id, principal);
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [after] = decodeCursor(query.after, ["integer"]) ?? [null];
  const rows = await database.read(selectItems, [id, after, query.state ?? null, limit + 1]);
  return cutPage(
    rows,
    limit,
    ({ position: _, ...item }) => item,
    (row) => [row.position],
  );
}

import type { Database, Parameter } from "../../platform/db/database.ts";
import { arrayLiteral, statement, type Statement } from "../../platform/db/statements.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import type { RequestKey } from "../../platform/http/idempotency.ts";
import { requestHash } from "../../platform/http/idempotency.ts";
import type { ClaimedJob, JobKind, JobOutcome } from "../../platform/jobs/job-kinds.ts";
import { isPassing, Refusal } from "../../platform/refusals.ts";
import type { ChangeOrder } from "../change-orders.ts";
import { holdOrder, releaseHold, type ReleaseHoldRequest } from "../hold-orders.ts";
import { type ActionDependencies, takeAction } from "../take-actions.ts";
import { isWorking, type MassAction, massActionOf, NEXT_STATE, principalOf, type WorkingState } from "./mass-action.ts";

/** Two batches of changes: while one commits the next is decided. */
const CHUNK = 512;

interface Item {
  position: number;
  orderId: string;
  holdIds: string[];
  released: { id: string; reason: string; note: string | null }[];
}

interface DoneItem extends Item {
  state: "done" | "refused";
  refusal: { code: string; detail: string } | null;
}

/**
 * The work of a mass action: what its state asks for, on one chunk of orders after the other. A worker that dies is
 * replaced; what it had done without noting it is answered again under the item's key.
 */
export function massActionJobs(dependencies: ActionDependencies): JobKind {
  return {
    kind: "orders.massAction",
    concurrency: 4,
    retryPausesMs: [1_000, 5_000, 30_000, 120_000],
    start: (jobs, ...signals) => jobs.map((job) => run(dependencies, job, signals)),
    parking: {
      ownerTeam: "operations",
      deadlineMs: 60 * 60 * 1000,
      nextAction: "Find out why the orders cannot be changed, and try again; what is done stays done.",
    },
  };
}

async function run(
  dependencies: ActionDependencies,
  job: ClaimedJob,
  signals: readonly AbortSignal[],
): Promise<JobOutcome> {
  const { database } = dependencies;
  const { massActionId, state } = job.payload as { massActionId: string; state: WorkingState };
  if (state === "withdrawing") await write(database, reopenHeld, [massActionId]);
  for (;;) {
    // Somebody may have given it up meanwhile; what follows is another job's.
    const action = await massActionOf(database, massActionId);
    if (action === undefined || action.state !== state || !isWorking(action.state)) return { done: true };
    // Another worker goes on where this one stops.
    if (signals.some(({ aborted }) => aborted)) return { done: false, postponedMs: 0 };
    const items = await pendingItems(dependencies, action);
    if (items.length === 0) {
      await write(database, setState, [massActionId, state, NEXT_STATE[state]]);
      return { done: true };
    }
    const results = await Promise.allSettled(items.map((item) => work(dependencies, action, state, item)));
    await note(
      dependencies,
      massActionId,
      results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
    );
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}

const readPending = statement<Item>(
  "orders.readPendingMassActionItems",
  `select position, order_id as "orderId", hold_ids as "holdIds", released from orders.mass_action_items
    where mass_action_id = $1::uuid and state = 'pending' order by position limit $2::int`,
);

/** Holds that are to be ended are noted before the first of them ends, so that whoever goes on after a crash knows them all. */
const noteHolds = statement(
  "orders.noteHoldsOfMassActionItems",
  `update orders.mass_action_items i set released = coalesce((
      select jsonb_agg(jsonb_build_object('id', h.id, 'reason', h.reason, 'note', h.note) order by h.placed_at, h.id)
        from orders.holds h where h.order_id = i.order_id and h.released_at is null), '[]')
    where i.mass_action_id = $1::uuid and i.position = any($2::int[]) and i.released = '[]'`,
);

async function pendingItems({ database }: ActionDependencies, action: MassAction): Promise<Item[]> {
  const items = await database.read(readPending, [action.id, CHUNK]);
  if (action.action !== "release" || action.state !== "running") return items;
  const positions = arrayLiteral(
    "int",
    items.map(({ position }) => position),
  );
  await write(database, noteHolds, [action.id, positions]);
  return await database.read(readPending, [action.id, CHUNK]);
}

/** What is refused stays so; for anything else the job is tried again. */
async function work(
  dependencies: ActionDependencies,
  action: MassAction,
  state: WorkingState,
  item: Item,
): Promise<DoneItem> {
  try {
    return { ...item, ...(await perform(dependencies, action, state, item)), state: "done", refusal: null };
  } catch (error) {
    if (!(error instanceof Refusal) || isPassing(error)) throw error;
    const refused: DoneItem = { ...item, state: "refused", refusal: { code: error.code, detail: error.message } };
    // What the action could not be taken on is not kept back for it either.
    return state === "running" ? { ...refused, ...(await releaseOwn(dependencies, action, state, item)) } : refused;
  }
}

type Changed = Partial<Pick<Item, "holdIds" | "released">>;

async function perform(
  dependencies: ActionDependencies,
  action: MassAction,
  state: WorkingState,
  item: Item,
): Promise<Changed> {
  switch (state) {
    case "holding":
      return await hold(dependencies, action, state, item);
    case "withdrawing":
      return await releaseOwn(dependencies, action, state, item);
    case "undoing":
      return action.action === "hold"
        ? await releaseOwn(dependencies, action, state, item)
        : await placeAgain(dependencies, action, item);
    case "running":
      if (action.action === "hold") return await hold(dependencies, action, state, item);
      if (action.action === "release") return await releaseAll(dependencies, action, item);
      return await take(dependencies, action, state, item);
  }
}

function hold(
  { changeOrder }: ActionDependencies,
  action: MassAction,
  state: string,
  item: Item,
  { reason, note, part }: { reason: string; note: string | null; part: string } = {
    reason: action.reason,
    note: null,
    part: "hold",
  },
): Promise<Changed> {
  return holdOrder(changeOrder, {
    orderId: item.orderId,
    reason,
    note,
    limit: principalOf(action).locationCodes,
    origin: originOf(action),
    key: keyOf(action, state, item, part),
  }).then(({ id }) => ({ holdIds: [...item.holdIds, id] }));
}

async function releaseOwn(
  { changeOrder }: ActionDependencies,
  action: MassAction,
  state: string,
  item: Item,
): Promise<Changed> {
  for (const holdId of item.holdIds)
    await endHold(changeOrder, {
      orderId: item.orderId,
      holdId,
      // What it has placed it may end, wherever the units are by now: nobody else would.
      limit: null,
      origin: originOf(action),
      key: keyOf(action, state, item, `release ${holdId}`),
    });
  return { holdIds: [] };
}

async function endHold(changeOrder: ChangeOrder, request: ReleaseHoldRequest): Promise<void> {
  try {
    await releaseHold(changeOrder, request);
  } catch (error) {
    // Somebody has ended it meanwhile, which is what is wanted.
    if (!(error instanceof Refusal) || error.code !== "holdNotActive") throw error;
  }
}

/** The holds that were noted, whoever placed them; what they said stays noted, so that they can be placed again. */
async function releaseAll({ changeOrder }: ActionDependencies, action: MassAction, item: Item): Promise<Changed> {
  for (const { id } of item.released)
    await endHold(changeOrder, {
      orderId: item.orderId,
      holdId: id,
      limit: principalOf(action).locationCodes,
      origin: originOf(action),
      key: keyOf(action, "running", item, `release ${id}`),
    });
  return {};
}

async function placeAgain(dependencies: ActionDependencies, action: MassAction, item: Item): Promise<Changed> {
  for (const { id, reason, note } of item.released)
    await hold(dependencies, action, "undoing", item, { reason, note, part: `hold ${id}` });
  // They are not holds of the mass action: whoever ends them decides about the order.
  return { released: [], holdIds: [] };
}

/** The action sees the order without the hold that kept it for this moment, unless others hold it too. */
async function take(dependencies: ActionDependencies, action: MassAction, state: string, item: Item): Promise<Changed> {
  const isCancellation = action.action === "cancel";
  // Cancelling is possible while held, and nothing goes out before it.
  if (!isCancellation) await releaseOwn(dependencies, action, state, item);
  await takeAction(dependencies, {
    orderId: item.orderId,
    fulfillmentOrderId: null,
    action: action.action,
    data: isCancellation ? { reason: action.reason } : action.data,
    principal: principalOf(action),
    origin: originOf(action),
    key: keyOf(action, state, item, "take"),
  });
  return isCancellation ? await releaseOwn(dependencies, action, state, item) : { holdIds: [] };
}

function originOf(action: MassAction): Origin {
  return { actor: action.decided_by ?? action.begun_by, requestId: null };
}

function keyOf(action: MassAction, state: string, item: Item, part: string): RequestKey {
  const key = `${state}#${item.position} ${part}`;
  return { principal: `massAction ${action.id}`, key, hash: requestHash("massAction", action.id, key) };
}

const noteItems = statement(
  "orders.noteMassActionItems",
  `update orders.mass_action_items i set state = given.state, hold_ids = given.hold_ids::uuid[], released = given.released, refusal = given.refusal
     from unnest($2::int[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[]) as given (position, state, hold_ids, released, refusal)
    where i.mass_action_id = $1::uuid and i.position = given.position`,
);

async function note({ database }: ActionDependencies, id: string, items: readonly DoneItem[]): Promise<void> {
  await database.transaction(async (transaction) => {
    transaction.write(noteItems, [
      id,
      arrayLiteral(
        "int",
        items.map(({ position }) => position),
      ),
      arrayLiteral(
        "text",
        items.map(({ state }) => state),
      ),
      arrayLiteral(
        "text",
        items.map(({ holdIds }) => `{${holdIds.join(",")}}`),
      ),
      arrayLiteral(
        "jsonb",
        items.map(({ released }) => released),
      ),
      arrayLiteral(
        "jsonb",
        items.map(({ refusal }) => refusal),
      ),
    ]);
  });
}

/** Of whatever was being done when it was given up: only what is held still has something to end. */
const reopenHeld = statement(
  "orders.reopenHeldMassActionItems",
  `update orders.mass_action_items set state = 'pending' where mass_action_id = $1::uuid and hold_ids <> '{}' and state <> 'pending'`,
);

const setState = statement(
  "orders.finishMassAction",
  `update orders.mass_actions set state = $3, ended_at = case when $3 = 'ready' then null else now() end
    where id = $1::uuid and state = $2`,
);

async function write(database: Database, what: Statement, parameters: readonly Parameter[]): Promise<void> {
  await database.transaction(async (transaction) => transaction.write(what, parameters));
}

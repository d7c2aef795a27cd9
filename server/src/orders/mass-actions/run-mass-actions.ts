import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import type { RequestKey } from "../../platform/http/idempotency.ts";
import { requestHash } from "../../platform/http/idempotency.ts";
import type { ClaimedJob, JobKind, JobOutcome } from "../../platform/jobs/job-kinds.ts";
import { Refusal } from "../../platform/refusals.ts";
import { activeHoldsOf, holdOrder, releaseHold } from "../hold-orders.ts";
import { type ActionDependencies, takeAction } from "../take-actions.ts";
import { isWorking, type MassAction, massActionOf, NEXT_STATE, principalOf, type WorkingState } from "./mass-action.ts";

/** Two batches of changes: while one commits the next is decided. */
const CHUNK = 512;

interface Item {
  position: number;
  orderId: string;
  holdIds: string[];
  released: { reason: string; note: string | null }[];
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
    start: (jobs, signal) => jobs.map((job) => run(dependencies, job, signal)),
    parking: {
      ownerTeam: "operations",
      deadlineMs: 60 * 60 * 1000,
      nextAction: "Find out why the orders cannot be changed, and try again; what is done stays done.",
    },
  };
}

async function run(dependencies: ActionDependencies, job: ClaimedJob, signal: AbortSignal): Promise<JobOutcome> {
  const { massActionId, state } = job.payload as { massActionId: string; state: WorkingState };
  const action = await massActionOf(dependencies.database, massActionId);
  if (action === undefined || action.state !== state || !isWorking(action.state)) return { done: true };
  while (!signal.aborted) {
    const items = await dependencies.database.read(readPending, [massActionId, CHUNK]);
    if (items.length === 0) {
      await finish(dependencies, massActionId, state);
      return { done: true };
    }
    const done = await Promise.all(items.map((item) => work(dependencies, action, state, item)));
    await note(dependencies, massActionId, done);
  }
  return { done: false, reason: "The worker was stopped; another goes on.", retryAfterMs: 0 };
}

const readPending = statement<Item>(
  "orders.readPendingMassActionItems",
  `select position, order_id as "orderId", hold_ids as "holdIds", released from orders.mass_action_items
    where mass_action_id = $1::uuid and state = 'pending' order by position limit $2::int`,
);

async function work(
  dependencies: ActionDependencies,
  action: MassAction,
  state: WorkingState,
  item: Item,
): Promise<DoneItem> {
  try {
    return { ...item, ...(await perform(dependencies, action, state, item)), state: "done", refusal: null };
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind.status === 503) throw error;
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
  for (const [index, holdId] of item.holdIds.entries()) {
    try {
      await releaseHold(changeOrder, {
        orderId: item.orderId,
        holdId,
        limit: principalOf(action).locationCodes,
        origin: originOf(action),
        key: keyOf(action, state, item, `release ${index}`),
      });
    } catch (error) {
      // Somebody has ended it meanwhile, which is what is wanted.
      if (!(error instanceof Refusal) || error.code !== "holdNotActive") throw error;
    }
  }
  return { holdIds: [] };
}

/** All active holds, whoever placed them; what they said is kept, so that they can be placed again. */
async function releaseAll(dependencies: ActionDependencies, action: MassAction, item: Item): Promise<Changed> {
  const holds = await activeHoldsOf(dependencies.database, item.orderId);
  await releaseOwn(dependencies, action, "running", { ...item, holdIds: holds.map(({ id }) => id) });
  return { released: [...item.released, ...holds.map(({ reason, note }) => ({ reason, note }))] };
}

async function placeAgain(dependencies: ActionDependencies, action: MassAction, item: Item): Promise<Changed> {
  for (const [index, { reason, note }] of item.released.entries())
    await hold(dependencies, action, "undoing", item, { reason, note, part: `hold ${index}` });
  return { released: [] };
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
  return { actor: action.begun_by, requestId: null };
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

const setState = statement(
  "orders.finishMassAction",
  `update orders.mass_actions set state = $3, ended_at = case when $3 = 'ready' then null else now() end
    where id = $1::uuid and state = $2`,
);

async function finish({ database }: ActionDependencies, id: string, state: WorkingState): Promise<void> {
  await database.transaction(async (transaction) => {
    transaction.write(setState, [id, state, NEXT_STATE[state]]);
  });
}

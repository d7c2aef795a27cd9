import { Batcher, type Outcome } from "../platform/batching.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database, Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { itemProblem } from "../platform/http/bulk.ts";
import { keepAnswers, keyName, readKeptAnswers, type RequestKey, tryNamedLocks } from "../platform/http/idempotency.ts";
import { common, Refusal } from "../platform/refusals.ts";
import { applyEachMovement } from "./apply-movements.ts";
import { decideFacts, type Fact, type FactDecision, factKey, type KnownFacts } from "./decide-facts.ts";
import type { FactAnswer } from "./fact-schemas.ts";
import { createPositions, type LockedPosition, lockPositions } from "./lock-positions.ts";
import type { MovementStep } from "./movement.ts";
import { positionKeyOf } from "./position.ts";
import { type NamedPosition, positionView, recordStockChanges } from "./stock-changes.ts";

/** An item that was understood, with the codes to answer with, or why it was not. */
export type FactItem = { fact: Fact; sku: string; location: string } | Refusal;

/** One call. */
export interface FactRequest {
  items: readonly FactItem[];
  /** The route's operation, for the audit. */
  action: string;
  origin: Origin;
  key: RequestKey | null;
}

export interface FactDependencies {
  database: Database;
  clock: Clock;
}

/** Calls of up to this many items travel together; larger ones alone, so that nobody waits behind 5,000 items. */
const SMALL_REQUEST_ITEMS = 20;
const SMALL_REQUESTS_PER_BATCH = 64;
const MAX_WAITING_LARGE_REQUESTS = 64;

/** The same key is being answered by another process: the caller is told to repeat after this. */
const MAX_KEY_WAIT_MS = 5_000;

interface WaitingRequest {
  request: FactRequest;
  since: Date;
}

/** Records facts: those that arrive together share one commit (I11). */
export function createFactRecorder({
  database,
  clock,
}: FactDependencies): (request: FactRequest) => Promise<FactAnswer> {
  const run = (waiting: readonly WaitingRequest[]) =>
    database.transaction((transaction) => recordFacts(transaction, waiting, clock.now()));
  const isRepeatable = ({ request }: WaitingRequest) => isSafeToRepeat(request);
  const small = new Batcher({ name: "recordFacts", maxBatch: SMALL_REQUESTS_PER_BATCH, isRepeatable, run });
  const maxQueue = MAX_WAITING_LARGE_REQUESTS;
  const large = new Batcher({ name: "recordManyFacts", maxBatch: 1, maxQueue, isRepeatable, run });
  return (request) =>
    (request.items.length <= SMALL_REQUEST_ITEMS ? small : large).submit({ request, since: clock.now() });
}

/** What carries neither a key nor documents would take effect twice. */
function isSafeToRepeat({ key, items }: FactRequest): boolean {
  return key !== null || items.every((item) => item instanceof Refusal || item.fact.document !== null);
}

const readKnown = statement<{
  skuId: number;
  locationId: number;
  source: string;
  document: string;
  kind: Fact["kind"];
  onHand: number;
  damaged: number;
}>(
  "inventory.readFactKeys",
  `select known.sku_id as "skuId", known.location_id as "locationId", known.source, known.document, known.kind,
     on_hand as "onHand", damaged
   from unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::text[]) as told (sku_id, location_id, source, document, kind)
   join inventory.fact_keys as known
     on known.sku_id = told.sku_id and known.location_id = told.location_id and known.source = told.source
       and known.document = told.document and known.kind = told.kind`,
);

const insertKeys = bulkInsert<{
  sku_id: number;
  location_id: number;
  source: string;
  document: string;
  kind: string;
  on_hand: number;
  damaged: number;
}>("inventory.insertFactKeys", "inventory.fact_keys", {
  sku_id: "int",
  location_id: "int",
  source: "text",
  document: "text",
  kind: "text",
  on_hand: "int",
  damaged: "int",
});

/** Takes all facts of all requests in one transaction, each by itself, in the order of arrival. */
async function recordFacts(
  transaction: Transaction,
  waiting: readonly WaitingRequest[],
  now: Date,
): Promise<Outcome<FactAnswer>[]> {
  const outcomes = await answerRepeatedKeys(transaction, waiting, now);
  const fresh = waiting.filter((_, index) => outcomes[index] === null).map(({ request }) => request);
  const answers = await takeFacts(transaction, fresh, now);
  keepAnswers(
    transaction,
    fresh.flatMap(({ key }, index) => (key === null ? [] : [{ key, status: 200, response: answers[index]! }])),
  );
  const next = answers.values();
  return outcomes.map((outcome) => outcome ?? { ok: true, value: next.next().value! });
}

/** null: nobody has asked under this key before, or there is none. */
async function answerRepeatedKeys(
  transaction: Transaction,
  waiting: readonly WaitingRequest[],
  now: Date,
): Promise<(Outcome<FactAnswer> | null)[]> {
  const keys = waiting.flatMap(({ request }) => (request.key === null ? [] : [request.key]));
  if (keys.length === 0) return waiting.map(() => null);
  const [locks, kept] = await Promise.all([
    tryNamedLocks(transaction, keys.map(keyName)),
    readKeptAnswers(transaction, keys),
  ]);
  const free = new Set(keys.filter((_, index) => locks[index]).map(keyName));
  return waiting.map(({ request, since }): Outcome<FactAnswer> | null => {
    if (request.key === null) return null;
    const name = keyName(request.key);
    const answer = kept.get(name);
    if (answer instanceof Error) return { ok: false, error: answer };
    if (answer !== undefined) return { ok: true, value: answer.response as FactAnswer };
    // Taken out, so that the same key again in this batch waits for the answer that this one keeps.
    if (free.delete(name)) return null;
    return now.getTime() - since.getTime() > MAX_KEY_WAIT_MS
      ? { ok: false, error: common.refuse("busy") }
      : { again: true };
  });
}

async function takeFacts(transaction: Transaction, requests: readonly FactRequest[], now: Date): Promise<FactAnswer[]> {
  const items = requests.flatMap((request) => request.items.map((item) => ({ item, request })));
  const understood = items.flatMap(({ item, request }) => (item instanceof Refusal ? [] : [{ ...item, request }]));
  const facts = understood.map(({ fact }) => fact);
  createPositions(transaction, facts);
  // Documents are read under the positions' locks, which every teller of the same fact needs.
  const [positions, known] = await Promise.all([lockPositions(transaction, facts), readKnownFacts(transaction, facts)]);
  const locked = new Map(positions.map((position) => [positionKeyOf(position), position]));
  const decisions = decideFacts(locked, known, facts);
  const taken = decisions.flatMap((decision, index) =>
    "take" in decision ? [{ fact: decision.take, told: understood[index]! }] : [],
  );
  const steps = await applyEachMovement(
    transaction,
    taken.map(({ fact, told }) => ({
      ...fact,
      sourceDocument: fact.document ?? undefined,
      reason: fact.reason ?? undefined,
      origin: told.request.origin,
    })),
    positions,
  );
  keepFactKeys(
    transaction,
    taken.map(({ told }) => told.fact),
  );
  const results = resultsOf(decisions, steps, locked);
  const resultOf = new Map(understood.map(({ fact }, index) => [fact, results[index]!]));
  return requests.map((request) => answerRequest(transaction, request, resultOf, now));
}

async function readKnownFacts(transaction: Transaction, facts: readonly Fact[]): Promise<KnownFacts> {
  const documented = facts.filter((fact) => fact.document !== null);
  if (documented.length === 0) return new Map();
  const rows = await transaction.read(readKnown, [
    arrayLiteral(
      "int",
      documented.map((fact) => fact.skuId),
    ),
    arrayLiteral(
      "int",
      documented.map((fact) => fact.locationId),
    ),
    arrayLiteral(
      "text",
      documented.map((fact) => fact.source),
    ),
    arrayLiteral(
      "text",
      documented.map((fact) => fact.document),
    ),
    arrayLiteral(
      "text",
      documented.map((fact) => fact.kind),
    ),
  ]);
  return new Map(rows.map((row) => [factKey(row), row]));
}

function keepFactKeys(transaction: Transaction, facts: readonly Fact[]): void {
  const rows = facts.flatMap(({ skuId, locationId, source, document, kind, onHand, damaged }) =>
    document === null
      ? []
      : [{ sku_id: skuId, location_id: locationId, source, document, kind, on_hand: onHand, damaged }],
  );
  transaction.insert(insertKeys, rows);
}

interface TakenFact {
  effect: "applied" | "repeated" | "alreadyCounted";
  position: Omit<NamedPosition, "sku" | "location">;
}
type FactResult = Refusal | TakenFact;

/** Every decision with the position as it left it. */
function resultsOf(
  decisions: readonly FactDecision[],
  steps: readonly MovementStep[],
  locked: ReadonlyMap<number, LockedPosition>,
): FactResult[] {
  const current = new Map<number, TakenFact["position"]>(locked);
  const next = steps.values();
  return decisions.map((decision): FactResult => {
    if ("refuse" in decision) return decision.refuse;
    if ("repeat" in decision) return { effect: "repeated", position: current.get(positionKeyOf(decision.repeat))! };
    const step = next.next().value!;
    current.set(positionKeyOf(step), step);
    return { effect: step.alreadyCounted === null ? "applied" : "alreadyCounted", position: step };
  });
}

function answerRequest(
  transaction: Transaction,
  request: FactRequest,
  resultOf: ReadonlyMap<Fact, FactResult>,
  now: Date,
): FactAnswer {
  const changed = new Map<number, NamedPosition>();
  const counts: Record<string, number> = {};
  const items = request.items.map((item, index): FactAnswer["items"][number] => {
    const result = item instanceof Refusal ? item : resultOf.get(item.fact)!;
    const outcome = result instanceof Refusal ? "refused" : result.effect;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    if (result instanceof Refusal || item instanceof Refusal)
      return { index, status: "refused", problem: itemProblem(result as Refusal, index) };
    const position: NamedPosition = { ...result.position, sku: item.sku, location: item.location };
    if (result.effect !== "repeated") changed.set(positionKeyOf(item.fact), position);
    return { index, status: "ok", effect: result.effect, position: positionView(position) };
  });
  const { origin, action } = request;
  recordStockChanges(transaction, [...changed.values()], { occurredAt: now, origin });
  recordAudit(transaction, [{ origin, action, entityType: "stock", entityId: onlyPosition(request), details: counts }]);
  return { items };
}

/** What an audit entry can name: the position of a call about one; of others the feed tells all. */
function onlyPosition({ items }: FactRequest): string | null {
  const [item] = items;
  return items.length !== 1 || item === undefined || item instanceof Refusal ? null : `${item.sku}@${item.location}`;
}

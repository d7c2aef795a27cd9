import { Batcher } from "../../platform/batching.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database, Transaction } from "../../platform/db/database.ts";
import { recordAudit } from "../../platform/events/record-audit.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { itemProblem } from "../../platform/http/bulk.ts";
import { answerOnce, type RequestKey } from "../../platform/http/idempotency.ts";
import { common, Refusal } from "../../platform/refusals.ts";
import { applyEachMovement } from "../apply-movements.ts";
import { MAX_QUANTITY } from "../limits.ts";
import type { MovementRequest } from "../movement.ts";
import { positionKeyOf } from "../position.ts";
import { inventory } from "../refusals.ts";
import { type NamedPosition, positionView, recordStockChanges } from "../stock-changes.ts";
import { createSupplies, lockSupplies, type SupplyName } from "./lock-supplies.ts";
import { dueOf, promisableOf, type Supply } from "./supply.ts";
import type { SupplyBook } from "./supply-book.ts";
import type { SupplyAnswer, SupplyView } from "./supply-schemas.ts";
import { tellSupplies } from "./tell-supplies.ts";
import { writeSupplies } from "./write-supplies.ts";

/** Which supply an item is about. */
export type SupplyTarget = { id: string } | { name: SupplyName };

/** An item that was understood: what it does to its supply. */
export type SupplyCommand = { reason: string | null } & (
  | {
      do: "announce";
      name: SupplyName;
      skuId: number;
      locationId: number;
      expectedOn: string;
      quantity: number;
      confidence: number | null;
      supplier: string | null;
    }
  | {
      do: "change";
      target: SupplyTarget;
      ifMatch: number | null;
      expectedOn: string | undefined;
      quantity: number | undefined;
      confidence: number | undefined;
    }
  | { do: "receive"; target: SupplyTarget; quantity: number; damaged: number; complete: boolean; occurredAt: Date }
  | { do: "cancel"; target: SupplyTarget; quantity: number | null }
);

export interface SupplyRequest {
  items: readonly (SupplyCommand | Refusal)[];
  /** One item that is refused refuses the call. */
  isAlone: boolean;
  /** The route's operation, for the audit. */
  action: string;
  origin: Origin;
  key: RequestKey | null;
  /** null: all locations; else only supplies of these are there for the caller. */
  locationCodes: ReadonlySet<string> | null;
}

const MAX_WAITING_CALLS = 256;
/** Who tells the movements of positions that receipts make. */
const SUPPLY_SOURCE = "supply";

/** Announces, changes, receives and cancels supplies: a call is one transaction, its items are taken or refused each by itself. */
export function createSupplyChanges({
  database,
  clock,
}: {
  database: Database;
  clock: Clock;
}): (request: SupplyRequest) => Promise<SupplyAnswer> {
  const batcher = new Batcher<SupplyRequest, SupplyAnswer>({
    name: "changeSupplies",
    maxBatch: 1,
    maxQueue: MAX_WAITING_CALLS,
    isRepeatable: ({ key, items }) => key !== null || items.every(findsItselfDone),
    run: ([request]) =>
      database.transaction(async (transaction) => [
        {
          ok: true,
          value: await answerOnce(transaction, request!.key, 200, () => take(transaction, request!, clock.now())),
        },
      ]),
  });
  return (request) => batcher.submit(request);
}

/** What is announced again is unchanged; what is received, or cancelled by units, without a key is done twice when told twice. */
export function findsItselfDone(item: SupplyCommand | Refusal): boolean {
  return item instanceof Refusal || !(item.do === "receive" || (item.do === "cancel" && item.quantity !== null));
}

interface Taken {
  effect: NonNullable<SupplyAnswer["items"][number]["effect"]>;
  supplyId: string;
  /** Units that have come, as movements of the position. */
  movements: MovementRequest[];
}

async function take(transaction: Transaction, request: SupplyRequest, now: Date): Promise<SupplyAnswer> {
  const commands = request.items.filter((item): item is SupplyCommand => !(item instanceof Refusal));
  createSupplies(
    transaction,
    commands.filter((command) => command.do === "announce").map((command) => ({ ...command, ...command.name })),
  );
  const targets = commands.map((command): SupplyTarget => (command.do === "announce" ? command : command.target));
  const book = await lockSupplies(
    transaction,
    targets.flatMap((target) => ("id" in target ? [target.id] : [])),
    targets.flatMap((target) => ("name" in target ? [target.name] : [])),
  );
  const byName = new Map(book.all.map((supply) => [nameOf(supply), supply.id]));
  const results = request.items.map((item): Taken | Refusal =>
    item instanceof Refusal ? item : takeOne(book, byName, item, request),
  );
  if (request.isAlone && results[0] instanceof Refusal) throw results[0];
  writeSupplies(transaction, book);
  const movements = results.flatMap((result) => (result instanceof Refusal ? [] : result.movements));
  const steps = await applyEachMovement(transaction, movements);
  const named = new Map(book.all.map((supply) => [positionKeyOf(supply), supply]));
  const positions = new Map<number, NamedPosition>();
  for (const step of steps) {
    const { sku, location } = named.get(positionKeyOf(step))!;
    positions.set(positionKeyOf(step), { ...step, sku, location });
  }
  recordStockChanges(transaction, [...positions.values()], { occurredAt: now, origin: request.origin });
  tellSupplies(transaction, book, now);
  return answerOf(transaction, request, { results, book, positions });
}

function nameOf({ kind, reference, line }: SupplyName): string {
  return JSON.stringify([kind, reference, line]);
}

function takeOne(
  book: SupplyBook,
  byName: ReadonlyMap<string, string>,
  command: SupplyCommand,
  { origin, locationCodes }: SupplyRequest,
): Taken | Refusal {
  const target: SupplyTarget = command.do === "announce" ? command : command.target;
  const id = "id" in target ? target.id : byName.get(nameOf(target.name));
  const supply = id === undefined ? undefined : book.get(id);
  if (supply === undefined || locationCodes?.has(supply.location) === false) return unknownSupply();
  switch (command.do) {
    case "announce":
      return announce(book, supply, command, origin);
    case "change":
      return change(book, supply, command, origin);
    case "receive":
      return receive(book, supply, command, origin);
    case "cancel":
      return cancel(book, supply, command, origin);
  }
}

function unknownSupply(): Refusal {
  return inventory.refuse("unknownSupply", {
    faults: [{ pointer: "", message: "is about no supply that you may see" }],
  });
}

type CommandOf<Name extends SupplyCommand["do"]> = SupplyCommand & { do: Name };

function announce(book: SupplyBook, supply: Supply, command: CommandOf<"announce">, origin: Origin): Taken | Refusal {
  const { skuId, locationId, expectedOn, quantity, reason } = command;
  const isNew = supply.version === 0;
  if (supply.skuId !== skuId || supply.locationId !== locationId) {
    return inventory.refuse("supplyReused", {
      message: `${supply.reference}/${supply.line} announces ${supply.sku} at ${supply.location} already.`,
      faults: [
        { pointer: supply.skuId === skuId ? "/location" : "/sku", message: "is another one than was announced" },
      ],
    });
  }
  // What an announcement does not say stays as it is.
  const confidence = command.confidence ?? (isNew ? 100 : supply.confidence);
  const supplier = command.supplier ?? supply.supplier;
  const told = { expectedOn, quantity, confidence, supplier };
  const isSame =
    supply.expectedOn === expectedOn &&
    supply.quantity === quantity &&
    supply.confidence === confidence &&
    supply.supplier === supplier;
  if (!isNew && isSame) return { effect: "unchanged", supplyId: supply.id, movements: [] };
  book.change(supply.id, { ...told, reason, origin }, isNew ? "announcement" : "change");
  return { effect: isNew ? "announced" : "changed", supplyId: supply.id, movements: [] };
}

function change(book: SupplyBook, supply: Supply, command: CommandOf<"change">, origin: Origin): Taken | Refusal {
  const {
    expectedOn = supply.expectedOn,
    quantity = supply.quantity,
    confidence = supply.confidence,
    reason,
  } = command;
  if (command.ifMatch !== null && command.ifMatch !== supply.version) return common.refuse("versionConflict");
  if (quantity < supply.received + supply.cancelled && quantity < supply.quantity) {
    return inventory.refuse("supplyBelowReceived", {
      message: `${supply.received} units have come and ${supply.cancelled} were cancelled: it cannot be fewer.`,
      faults: [{ pointer: "/quantity", message: "is less than has come or was cancelled" }],
    });
  }
  const isSame = expectedOn === supply.expectedOn && quantity === supply.quantity && confidence === supply.confidence;
  if (!isSame) book.change(supply.id, { expectedOn, quantity, confidence, reason, origin });
  return { effect: isSame ? "unchanged" : "changed", supplyId: supply.id, movements: [] };
}

/** A fact: more than was expected, or after all was cancelled, is taken as well. */
function receive(book: SupplyBook, supply: Supply, command: CommandOf<"receive">, origin: Origin): Taken | Refusal {
  const { quantity, damaged, complete, occurredAt, reason } = command;
  if (supply.received + quantity > MAX_QUANTITY) return inventory.refuse("beyondLimits");
  if (quantity === 0 && !complete) return { effect: "unchanged", supplyId: supply.id, movements: [] };
  const arrivals = book.receive(supply.id, { units: quantity, usable: quantity - damaged, complete, reason, origin });
  const base = {
    skuId: supply.skuId,
    locationId: supply.locationId,
    occurredAt,
    source: SUPPLY_SOURCE,
    sourceDocument: `${supply.kind} ${supply.reference}/${supply.line}`,
    origin,
  };
  const promised = arrivals.reduce((sum, { units }) => sum + units, 0);
  return {
    effect: "received",
    supplyId: supply.id,
    movements: [
      ...(quantity === 0 ? [] : [{ ...base, kind: "receipt", onHand: quantity, damaged } as const]),
      // What was promised of it is allocated before anybody else can see it.
      ...(promised === 0 ? [] : [{ ...base, kind: "allocation", allocated: promised, unchecked: true } as const]),
    ],
  };
}

function cancel(book: SupplyBook, supply: Supply, command: CommandOf<"cancel">, origin: Origin): Taken | Refusal {
  const due = dueOf(supply);
  const units = command.quantity ?? due;
  if (units > due) {
    return inventory.refuse("notDue", {
      message: `Only ${due} units are still to come.`,
      faults: [{ pointer: "/quantity", message: "is more than is still to come" }],
    });
  }
  if (units === 0) return { effect: "unchanged", supplyId: supply.id, movements: [] };
  book.change(supply.id, { cancelled: supply.cancelled + units, reason: command.reason, origin }, "cancellation");
  return { effect: "cancelled", supplyId: supply.id, movements: [] };
}

export function supplyView(supply: Supply): SupplyView {
  const { skuId: _sku, locationId: _location, eventSequence: _events, lateToldOn: _told, ...shown } = supply;
  return { ...shown, due: dueOf(supply), promisable: promisableOf(supply) };
}

function answerOf(
  transaction: Transaction,
  { items, origin, action }: SupplyRequest,
  {
    results,
    book,
    positions,
  }: { results: readonly (Taken | Refusal)[]; book: SupplyBook; positions: ReadonlyMap<number, NamedPosition> },
): SupplyAnswer {
  const counts: Record<string, number> = {};
  const answers = results.map((result, index): SupplyAnswer["items"][number] => {
    const outcome = result instanceof Refusal ? "refused" : result.effect;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    if (result instanceof Refusal) return { index, status: "refused", problem: itemProblem(result, index) };
    const supply = book.get(result.supplyId)!;
    const position = result.movements.length === 0 ? undefined : positions.get(positionKeyOf(supply));
    return {
      index,
      status: "ok",
      effect: result.effect,
      supply: supplyView(supply),
      ...(position === undefined ? {} : { position: positionView(position) }),
    };
  });
  const [only] = results;
  const entityId = items.length === 1 && only !== undefined && !(only instanceof Refusal) ? only.supplyId : null;
  recordAudit(transaction, [{ origin, action, entityType: "supply", entityId, details: counts }]);
  return { items: answers };
}

import type { Transaction } from "../../platform/db/database.ts";
import { closeExceptions, type ExceptionToRaise, raiseExceptions } from "../../tasks/public.ts";
import { inventoryEvents } from "../events.ts";
import { dueOf, type Supply, type SupplyMovement } from "./supply.ts";
import type { SupplyBook } from "./supply-book.ts";

const EVENT_OF = {
  announcement: "supply.announced",
  change: "supply.changed",
  receipt: "supply.received",
  cancellation: "supply.cancelled",
  lateness: "supply.late",
} as const;

const LATE = "supplyLate";
const SHORT = "supplyShort";
const DEADLINE_MS = 24 * 60 * 60 * 1000;

/** Says what became of supplies, and gives those to somebody that orders wait for in vain. Nobody need wait for it. */
export function tellSupplies(transaction: Transaction, { movements }: SupplyBook, now: Date): void {
  inventoryEvents.record(
    transaction,
    movements.flatMap(({ kind, after, deltaReceived, deltaCancelled, lost, reason, origin }) => {
      if (kind === "promise" || kind === "release") return [];
      const {
        id,
        skuId: _sku,
        locationId: _location,
        version: _version,
        eventSequence,
        lateToldOn: _told,
        ...data
      } = after;
      return [
        {
          type: EVENT_OF[kind],
          entityId: id,
          sequence: eventSequence,
          occurredAt: now,
          origin,
          data: {
            ...data,
            receivedNow: deltaReceived,
            cancelledNow: deltaCancelled,
            noLongerPromised: lost,
            reason,
          },
        },
      ];
    }),
  );
  raiseExceptions(
    transaction,
    movements.flatMap((movement) => problemOf(movement, now)),
  );
  for (const [origin, own] of Map.groupBy(movements.filter(endsLateness), (movement) => movement.origin))
    closeExceptions(
      transaction,
      own.map(({ after }) => ({ kind: LATE, entityId: after.id, resolution: "It has come, or has another day." })),
      origin,
    );
}

/** Nobody has to hurry for what nobody waits for: lists show it as late. */
function problemOf({ kind, after, lost }: SupplyMovement, now: Date): ExceptionToRaise[] {
  const { id, reference, line, supplier, sku, location, expectedOn, promised } = after;
  const isLate = kind === "lateness" && promised > 0;
  if (!isLate && lost === 0) return [];
  const what = `${reference}/${line}, ${sku} at ${location}`;
  return [
    {
      kind: isLate ? LATE : SHORT,
      entityType: "supply",
      entityId: id,
      reason: isLate
        ? `${what}: ${expectedOn} has passed, ${dueOf(after)} units have not come, and orders wait for ${promised} of them.`
        : `${what}: ${lost} units that orders were promised will not come.`,
      nextAction: isLate
        ? "Ask who sends it, and enter the new day or what will not come; who waits has been told."
        : "See whether others can send them; who waits has been promised other units, or is asked.",
      details: { location, sku, reference, supplier, expectedOn },
      ownerTeam: "operations",
      dueAt: new Date(now.getTime() + DEADLINE_MS),
    },
  ];
}

/** Only one whose passing was told may have somebody looking after it. */
function endsLateness({ kind, after }: SupplyMovement): boolean {
  return kind !== "lateness" && after.lateToldOn !== null && isSettled(after);
}

function isSettled(supply: Supply): boolean {
  return dueOf(supply) === 0 || supply.expectedOn > supply.lateToldOn!;
}

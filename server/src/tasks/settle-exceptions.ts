import { type Static, Type } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { itemProblem } from "../platform/http/bulk.ts";
import type { Principal } from "../platform/http/route.ts";
import { common, Refusal } from "../platform/refusals.ts";
import { giveException } from "./give-exception.ts";
import { tasks } from "./refusals.ts";
import { lockOpenException, resolveException } from "./resolve-exception.ts";
import { EXCEPTION_COLUMNS, type ExceptionRow, ProcessException, viewException } from "./view-exceptions.ts";

/** An open exception, as the module knows it that settles its kind. */
export type SettledException = Pick<ExceptionRow, "id" | "kind" | "details"> & { entityType: string; entityId: string };

/**
 * What can be done about exceptions of a kind beside saying that they are dealt with. The module of what failed implements it
 * in the caller's transaction, closes the exception, and throws a refusal for what cannot be done now; `main/` plugs it in.
 */
export interface Remedy {
  /** Needed beside tasks:write. */
  permission?: string;
  /** Tries again what failed. */
  retry: (transaction: Transaction, exception: SettledException, origin: Origin) => Promise<void>;
  /** Gives it up for good, which leaves a gap that everybody sees. */
  skip: (transaction: Transaction, exception: SettledException, reason: string, origin: Origin) => Promise<void>;
  /** Where its owner is kept beside the exception too. */
  assign?: (transaction: Transaction, exception: SettledException, team: string, origin: Origin) => Promise<void>;
}

/** By kind of exception. */
export type Remedies = Readonly<Record<string, Remedy>>;

const MAX_ITEMS = 200;
const id = Type.String({ format: "uuid", description: "The exception's ID." });
const closed = { additionalProperties: false } as const;
const items = <Item extends ReturnType<typeof Type.Object>>(item: Item) =>
  Type.Array(item, { minItems: 1, maxItems: MAX_ITEMS, description: "The exceptions." });

export const ExceptionsToRetry = Type.Object(
  { items: items(Type.Object({ id }, closed)) },
  { ...closed, $id: "ExceptionsToRetry", description: "Exceptions of which what failed is tried again." },
);
export const ExceptionsToClose = Type.Object(
  {
    items: items(
      Type.Object(
        {
          id,
          reason: Type.String({
            minLength: 1,
            maxLength: 500,
            description: "Why what failed need not be done, or what was done about it.",
            examples: ["The receiver was told by hand."],
          }),
        },
        closed,
      ),
    ),
  },
  { ...closed, $id: "ExceptionsToClose", description: "Exceptions that end, with the reason of each." },
);
export const ExceptionsToAssign = Type.Object(
  {
    items: items(
      Type.Object(
        {
          id,
          ownerTeam: Type.String({
            minLength: 1,
            maxLength: 64,
            description: "Who deals with it from now on.",
            examples: ["customer-service"],
          }),
        },
        closed,
      ),
    ),
  },
  { ...closed, $id: "ExceptionsToAssign", description: "Exceptions with the teams that deal with them." },
);

const readAgain = statement<ExceptionRow>(
  "tasks.readSettledException",
  `select ${EXCEPTION_COLUMNS} from tasks.exceptions where id = $1::uuid`,
);

type Item = { id: string; reason?: string; ownerTeam?: string };
export type Settling = "retry" | "close" | "assign";

interface SettleRequest {
  settling: Settling;
  items: readonly Item[];
  remedies: Remedies;
  principal: Principal;
  origin: Origin;
  now: Date;
}

type Answered =
  | { index: number; status: "ok"; result: Static<typeof ProcessException> }
  | { index: number; status: "refused"; problem: ReturnType<typeof itemProblem> };

/** Settles exceptions of any kinds, each by itself, in the order of their IDs so that two such calls never wait for each other. */
export async function settleExceptions(
  transaction: Transaction,
  request: SettleRequest,
): Promise<{ items: Answered[] }> {
  const answers: Answered[] = [];
  const order = request.items.map((item, index) => ({ item, index })).sort((a, b) => (a.item.id < b.item.id ? -1 : 1));
  for (const { item, index } of order) {
    try {
      await settleOne(transaction, item, request);
      const [row] = await transaction.read(readAgain, [item.id]);
      answers.push({
        index,
        status: "ok",
        result: viewException(row!, request.remedies, request.principal, request.now),
      });
    } catch (refused) {
      // Refusals come before anything is written for the item.
      if (!(refused instanceof Refusal)) throw refused;
      answers.push({ index, status: "refused", problem: itemProblem(refused, index) });
    }
  }
  return { items: answers.sort((a, b) => a.index - b.index) };
}

async function settleOne(transaction: Transaction, item: Item, request: SettleRequest): Promise<void> {
  const { settling, remedies, principal, origin, now } = request;
  const open = await lockOpenException(transaction, { id: item.id, principal });
  const remedy = remedies[open.kind];
  const { permission } = remedy ?? {};
  if (permission !== undefined && !principal.permissions.has(permission))
    throw common.refuse("forbidden", { message: `This needs the permission ${permission}.` });
  const about = { ...open, entityType: open.entity_type, entityId: open.entity_id };
  const by = { id: item.id, principal, origin, now };
  switch (settling) {
    case "retry":
      if (remedy === undefined) throw tasks.refuse("notRetriable");
      await remedy.retry(transaction, about, origin);
      break;
    case "close":
      if (remedy === undefined) await resolveException(transaction, { ...by, resolution: item.reason!, remedies });
      else await remedy.skip(transaction, about, item.reason!, origin);
      break;
    case "assign":
      if (remedy?.assign === undefined)
        await giveException(transaction, { ...by, ownerTeam: item.ownerTeam!, remedies });
      else await remedy.assign(transaction, about, item.ownerTeam!, origin);
      break;
  }
  if (remedy !== undefined)
    recordAudit(transaction, [
      {
        origin,
        action: `${settling}Exceptions`,
        entityType: "exception",
        entityId: item.id,
        details: { kind: open.kind, concerns: open.entity_id },
      },
    ]);
}

import { type Static, Type } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { itemProblem } from "../platform/http/bulk.ts";
import type { Principal } from "../platform/http/route.ts";
import { common, Refusal } from "../platform/refusals.ts";
import { giveExceptions } from "./give-exception.ts";
import { scopeParameters } from "./list-tasks.ts";
import { tasks } from "./refusals.ts";
import { NONE_REFUSED, type Remedies, type Remedy, remedyOf, type SettledException } from "./remedies.ts";
import { resolveExceptions } from "./resolve-exception.ts";
import { EXCEPTION_COLUMNS, type ExceptionRow, ProcessException, viewException } from "./view-exceptions.ts";

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

const IN_SCOPE = `($2::text[] is null or details ->> 'location' = any($2::text[])) and ($3::text[] is null or details ->> 'channel' = any($3::text[]))`;

const readSeen = statement<ExceptionRow>(
  "tasks.readExceptionsToSettle",
  `select ${EXCEPTION_COLUMNS} from tasks.exceptions where id = any($1::uuid[]) and ${IN_SCOPE}`,
);

// In the order in which they are raised and closed by their causes.
const lockRows = statement<ExceptionRow>(
  "tasks.lockExceptionsToSettle",
  `select ${EXCEPTION_COLUMNS} from tasks.exceptions where id = any($1::uuid[]) order by kind, entity_id for update`,
);

const readAgain = statement<ExceptionRow>(
  "tasks.readSettledExceptions",
  `select ${EXCEPTION_COLUMNS} from tasks.exceptions where id = any($1::uuid[])`,
);

type Item = { id: string; reason?: string; ownerTeam?: string };
/** Who resolves says that it is dealt with, which alone does not end what failed. */
export type Settling = "retry" | "close" | "assign" | "resolve";

const AUDITED = {
  retry: "retryExceptions",
  close: "closeExceptions",
  assign: "assignExceptions",
  resolve: "resolveException",
} as const satisfies Record<Settling, string>;

interface SettleRequest {
  settling: Settling;
  items: readonly Item[];
  remedies: Remedies;
  principal: Principal;
  origin: Origin;
  now: Date;
}

type Settled = Refusal | Static<typeof ProcessException>;

/** Settles exceptions of any kinds, each by itself. */
export async function settleExceptions(transaction: Transaction, request: SettleRequest) {
  const settled = await settleEach(transaction, request);
  return {
    items: settled.map((one, index) =>
      one instanceof Refusal
        ? { index, status: "refused" as const, problem: itemProblem(one, index) }
        : { index, status: "ok" as const, result: one },
    ),
  };
}

/** Settles one, with the same effect as in a list of many. */
export async function settleException(
  transaction: Transaction,
  { item, ...request }: Omit<SettleRequest, "items"> & { item: Item },
): Promise<Static<typeof ProcessException>> {
  const [settled] = await settleEach(transaction, { ...request, items: [item] });
  if (settled instanceof Refusal) throw settled;
  return settled!;
}

/** What is known of one that may be settled. */
interface Chosen {
  item: Item;
  remedy: Remedy | undefined;
  about: SettledException;
}

/**
 * With as many statements for two hundred as for one. What failed is locked first and the exceptions last, as by whoever tries
 * it meanwhile; what is refused has changed nothing.
 */
async function settleEach(transaction: Transaction, request: SettleRequest): Promise<Settled[]> {
  const { items, remedies, principal, now } = request;
  const ids = items.map(({ id }) => id.toLowerCase());
  const refused = new Map<string, Refusal>();
  const seen = await readBy(transaction, readSeen, ids, scopeParameters(principal));
  const wanted = [...seen.values()].flatMap((row): Chosen[] => {
    const refusal = refusalOf(row, request);
    if (refusal !== null) refused.set(row.id, refusal);
    const item = items[ids.indexOf(row.id)]!;
    return refusal === null ? [{ item, remedy: remedyOf(remedies, row.kind), about: aboutRow(row) }] : [];
  });
  for (const remedy of Object.values(remedies)) {
    const own = wanted.filter((each) => each.remedy === remedy).map(({ about }) => about);
    if (own.length > 0) await remedy.lock(transaction, own);
  }
  const locked = await readBy(transaction, lockRows, [...seen.keys()]);
  const chosen = wanted.filter(({ about: { id } }) => {
    const closed = refusalOfClosed(locked.get(id)!);
    if (closed !== null) refused.set(id, closed);
    return closed === null;
  });
  for (const [id, refusal] of await carryOut(transaction, chosen, request)) refused.set(id, refusal);
  recordSettled(
    transaction,
    chosen.filter(({ about }) => !refused.has(about.id)),
    request,
    locked,
  );
  const after = await readBy(transaction, readAgain, [...seen.keys()]);
  return ids.map((id, index) => {
    if (ids.indexOf(id) !== index)
      return common.refuse("invalidInput", { message: "This exception is in the list twice." });
    const row = after.get(id);
    if (row === undefined) return common.refuse("notFound");
    return refused.get(id) ?? viewException(row, remedies, principal, now);
  });
}

async function readBy(
  transaction: Transaction,
  rows: typeof readSeen,
  ids: readonly string[],
  more: readonly (string | null)[] = [],
): Promise<Map<string, ExceptionRow>> {
  const found = await transaction.read(rows, [arrayLiteral("uuid", ids), ...more]);
  return new Map(found.map((row) => [row.id, row]));
}

function refusalOf(row: ExceptionRow, { settling, remedies, principal }: SettleRequest): Refusal | null {
  const closed = refusalOfClosed(row);
  if (closed !== null) return closed;
  const remedy = remedyOf(remedies, row.kind);
  // Who may not act on what failed may say that it is dealt with, and give it to those who may.
  const acts = settling === "retry" || (settling === "close" && remedy?.skip !== undefined);
  const permission = acts ? remedy?.permission?.(row) : undefined;
  if (permission !== undefined && !principal.permissions.has(permission))
    return common.refuse("forbidden", { message: `This needs the permission ${permission}.` });
  if (settling === "retry" && remedy === undefined) return tasks.refuse("notRetriable");
  return settling === "resolve" && remedy?.skip !== undefined ? tasks.refuse("endsWithCause") : null;
}

function refusalOfClosed({ closed_at, closed_by }: ExceptionRow): Refusal | null {
  if (closed_at === null) return null;
  return tasks.refuse("alreadyClosed", { details: { closedAt: closed_at, closedBy: closed_by } });
}

function aboutRow({ id, kind, entity_type, entity_id, details, opened_at }: ExceptionRow): SettledException {
  return { id, kind, entityType: entity_type, entityId: entity_id, details, openedAt: opened_at };
}

/** By remedy; those of kinds without one, or whose remedy leaves that to people, are settled with a word. */
async function carryOut(
  transaction: Transaction,
  chosen: readonly Chosen[],
  { settling, origin, now }: SettleRequest,
): Promise<Map<string, Refusal>> {
  const refused = new Map<string, Refusal>();
  for (const [remedy, own] of Map.groupBy(chosen, (each) => each.remedy)) {
    const exceptions = own.map(({ about }) => about);
    const closed = own.map(({ item, about }) => ({ ...about, reason: item.reason! }));
    const given = own.map(({ item, about }) => ({ ...about, ownerTeam: item.ownerTeam! }));
    let undone = NONE_REFUSED;
    if (settling === "retry") undone = await remedy!.retry(transaction, exceptions, origin);
    else if (settling === "close" && remedy?.skip) undone = await remedy.skip(transaction, closed, origin);
    else if (settling !== "assign") resolveExceptions(transaction, closed, origin, now);
    else if (remedy?.assign) undone = await remedy.assign(transaction, given, origin);
    else giveExceptions(transaction, given, origin, now);
    for (const [id, refusal] of undone) refused.set(id, refusal);
  }
  return refused;
}

function recordSettled(
  transaction: Transaction,
  settled: readonly Chosen[],
  { settling, origin }: SettleRequest,
  before: ReadonlyMap<string, ExceptionRow>,
): void {
  recordAudit(
    transaction,
    settled.map(({ item, about: { id, kind, entityId } }) => ({
      origin,
      action: AUDITED[settling],
      entityType: "exception",
      entityId: id,
      details: {
        kind,
        concerns: entityId,
        ...(settling === "assign" ? { from: before.get(id)!.owner_team, to: item.ownerTeam } : {}),
      },
    })),
  );
}

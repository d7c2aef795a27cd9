import { Type, type TProperties } from "typebox";
import type { Clock } from "../clock.ts";
import type { Database, Transaction } from "../db/database.ts";
import { arrayLiteral } from "../db/statements.ts";
import { itemProblem, ItemProblem } from "../http/bulk.ts";
import { answerOnce, requestHash, type RequestKey } from "../http/idempotency.ts";
import { route, type Answer, type Call, type Principal, type Route } from "../http/route.ts";
import { common, Refusal } from "../refusals.ts";
import { CODE_PATTERN } from "./codes.ts";
import { changeEntities, type EntityRow, type EntityStore } from "./change-entities.ts";
import type { Change, Decision } from "./decide-changes.ts";

export const MAX_BULK_CHANGES = 1_000;
/** A thousand SKUs with attributes, or a network of ten thousand locations. */
const BULK_BODY_BYTES = 16 * 1_048_576;

export interface EntityRoutes<Fields extends object> {
  database: Database;
  clock: Clock;
  store: EntityStore<Fields>;
  /** Path segment and noun: `locations`, `location`. */
  plural: string;
  singular: string;
  permissions: { read: string; write: string };
  /** Schemas of the fields, none optional, and those that a new entity must have. */
  fields: TProperties;
  required: readonly string[];
  exampleCode: string;
  /** What DELETE does: sets fields. Null: the module declares its own DELETE, or none. */
  deactivation: Partial<Fields> | null;
  /** The codes that the caller may see and change; null: all. */
  scope: Scope;
  /** The codes that the caller may see, where these are more. */
  readScope?: Scope;
  /** What the caller sees of a row beyond its scope check. */
  view?: (row: EntityRow<Fields>, principal: Principal) => EntityRow<Fields>;
  /** After a committed change: brings this process up to date before it answers. */
  changed: () => Promise<void>;
}

type Scope = (principal: Principal) => ReadonlySet<string> | null;

export type EntityView = Record<string, unknown> & { code: string; version: number };

/** The answer's schema: code, fields, version and times. */
export function entitySchema(name: string, fields: TProperties, description: string) {
  return Type.Object(
    {
      code: Type.String({ description: "The merchant's own code.", examples: ["A-1"] }),
      ...fields,
      version: Type.Integer({ description: "Counts its changes; for If-Match.", examples: [1] }),
      createdAt: Type.String({
        format: "date-time",
        description: "When it was created.",
        examples: ["2026-11-20T14:05:00.000Z"],
      }),
      updatedAt: Type.String({
        format: "date-time",
        description: "When it was last changed.",
        examples: ["2026-11-20T14:05:00.000Z"],
      }),
    },
    { $id: name, description },
  );
}

export function entityView<Fields extends object>(store: EntityStore<Fields>, row: EntityRow<Fields>): EntityView {
  const view: EntityView = { code: row.code, version: row.version };
  for (const name of store.fieldNames) view[name] = row[name];
  view["createdAt"] = row.createdAt.toISOString();
  view["updatedAt"] = row.updatedAt.toISOString();
  return view;
}

const BulkItem = Type.Object(
  {
    index: Type.Integer({ description: "Place in the request, from 0.", examples: [0] }),
    status: Type.Enum(["ok", "refused"], { description: "Whether this item took effect.", examples: ["ok"] }),
    code: Type.Optional(
      Type.String({
        description: "The item's code; absent where the item is not of the right form.",
        examples: ["A-1"],
      }),
    ),
    outcome: Type.Optional(
      Type.Enum(["created", "changed", "unchanged"], { description: "What it did.", examples: ["created"] }),
    ),
    version: Type.Optional(Type.Integer({ description: "Its version now.", examples: [1] })),
    problem: Type.Optional(ItemProblem),
  },
  { description: "What became of one item." },
);
const BulkAnswer = Type.Object(
  { items: Type.Array(BulkItem, { description: "One result per item, in the order of the request." }) },
  { $id: "BulkChangeAnswer", description: "Results of a bulk change; each item took effect or was refused by itself." },
);

/** GET, PUT, PATCH, DELETE of one entity by code and POST of up to 1,000. Lists and exports stay with their modules. */
export function entityRoutes<Fields extends object>(entities: EntityRoutes<Fields>): Route[] {
  const { plural, singular, permissions, fields, required } = entities;
  const path = `/v1/${plural}/{code}`;
  const name = `${singular[0]!.toUpperCase()}${singular.slice(1)}`;
  const Answered = entitySchema(name, fields, `A ${singular} as it is now.`);
  const Optional = Object.fromEntries(Object.entries(fields).map(([field, schema]) => [field, Type.Optional(schema)]));
  const Replacement = Object.fromEntries(
    Object.entries(fields).map(([field, schema]) => [field, required.includes(field) ? schema : Type.Optional(schema)]),
  );
  const code = Type.String({
    pattern: CODE_PATTERN,
    description: `Code of the ${singular}.`,
    examples: [entities.exampleCode],
  });
  const shared = { tag: plural, params: Type.Object({ code }) };
  const refuses = { versionConflict: common.kinds.versionConflict };
  const changes = { ...shared, permission: permissions.write, responses: { 200: Answered }, refuses };
  const closed = { additionalProperties: false } as const;
  const change = (action: string, kind: Change<Fields>["kind"]) => (call: Call<{ code: string }, undefined, unknown>) =>
    changeOne(entities, call, action, {
      code: call.params.code,
      kind,
      fields: call.body as Partial<Fields>,
      ifMatch: call.ifMatch,
    });
  const routes = [
    route({
      ...shared,
      method: "GET",
      path,
      operationId: `get${name}`,
      permission: permissions.read,
      summary: `Read a ${singular}`,
      responses: { 200: Answered },
      handle: (call) => getOne(entities, call),
    }),
    route({
      ...changes,
      method: "PUT",
      path,
      operationId: `put${name}`,
      summary: `Create a ${singular}, or replace all its fields`,
      description:
        "Fields that are absent get their default. `If-Match` refuses the change when somebody else was faster, `If-None-Match: *` when there is one already.",
      body: Type.Object(Replacement, closed),
      handle: change(`put${name}`, "replace"),
    }),
    route({
      ...changes,
      method: "PATCH",
      path,
      operationId: `patch${name}`,
      summary: `Change some fields of a ${singular}`,
      description:
        "Fields that are absent stay as they are. `If-Match` refuses the change when somebody else was faster.",
      body: Type.Object(Optional, { ...closed, minProperties: 1 }),
      handle: change(`patch${name}`, "amend"),
    }),
    route({
      method: "POST",
      path: `/v1/${plural}`,
      operationId: `upsert${name}s`,
      permission: permissions.write,
      tag: plural,
      summary: `Create or change up to ${MAX_BULK_CHANGES} ${plural}`,
      description:
        "Each item takes effect or is refused by itself. Fields that are absent stay as they are, or get their default when it is new; repeating a call changes nothing.",
      bodyLimitBytes: BULK_BODY_BYTES,
      body: Type.Object(
        {
          items: Type.Array(Type.Object({ code, ...Optional }, closed), {
            minItems: 1,
            maxItems: MAX_BULK_CHANGES,
            description: "What to create or change.",
          }),
        },
        closed,
      ),
      responses: { 200: BulkAnswer },
      key: "call",
      perItem: () => true,
      handle: (call) =>
        changeMany(
          entities,
          call as unknown as Call<undefined, undefined, { items: BulkChange<Fields>[] }>,
          `upsert${name}s`,
        ),
    }),
  ];
  if (entities.deactivation === null) return routes;
  const deactivation = entities.deactivation;
  return [
    ...routes,
    route({
      ...changes,
      method: "DELETE",
      path,
      operationId: `deactivate${name}`,
      summary: `Deactivate a ${singular}`,
      description: "It keeps its history and can be activated again; nothing is ever deleted that orders refer to.",
      handle: (call) =>
        changeOne(entities, call, `deactivate${name}`, {
          code: call.params.code,
          kind: "amend",
          fields: deactivation,
          ifMatch: call.ifMatch,
        }),
    }),
  ];
}

async function getOne<Fields extends object>(
  entities: EntityRoutes<Fields>,
  call: Call<{ code: string }, undefined, undefined>,
): Promise<Answer> {
  const { code } = call.params;
  const [row] = isInScope(entities.readScope ?? entities.scope, call.principal, code)
    ? await entities.database.read(entities.store.read, [arrayLiteral("text", [code])])
    : [];
  if (row === undefined) throw common.refuse("notFound", { message: `There is no ${entities.singular} ${code}.` });
  call.reply.header("etag", `"${row.version}"`);
  return viewFor(entities, row, call.principal);
}

async function changeOne<Fields extends object>(
  entities: EntityRoutes<Fields>,
  call: Call<{ code: string }, undefined, unknown>,
  action: string,
  change: Change<Fields>,
): Promise<Answer> {
  if (!isInScope(entities.scope, call.principal, change.code)) throw refusalOutOfScope(entities, change);
  const row = await entities.database.transaction(async (transaction) => {
    const [decision] = await changeEntities(transaction, entities.store, [change], {
      origin: call.origin,
      clock: entities.clock,
      action,
    });
    if (decision instanceof Refusal) throw decision;
    const [changed] = await transaction.read(entities.store.read, [arrayLiteral("text", [change.code])]);
    return changed!;
  });
  await entities.changed();
  call.reply.header("etag", `"${row.version}"`);
  return viewFor(entities, row, call.principal);
}

type BulkChange<Fields> = { code: string } & Partial<Fields>;

async function changeMany<Fields extends object>(
  entities: EntityRoutes<Fields>,
  call: Call<undefined, undefined, { items: BulkChange<Fields>[] }>,
  action: string,
): Promise<Answer> {
  const items = call.body.items.map(
    ({ code, ...fields }): Change<Fields> => ({
      code,
      kind: "merge",
      fields: fields as unknown as Partial<Fields>,
      ifMatch: null,
    }),
  );
  const key = keyOf(call, action);
  const answer = await entities.database.transaction((transaction) =>
    answerOnce(transaction, key, 200, () => carryOut(entities, transaction, items, call, action)),
  );
  await entities.changed();
  return answer;
}

async function carryOut<Fields extends object>(
  entities: EntityRoutes<Fields>,
  transaction: Transaction,
  items: readonly Change<Fields>[],
  call: Call<undefined, undefined, unknown>,
  action: string,
) {
  const permitted = items.filter((item) => isInScope(entities.scope, call.principal, item.code));
  const decided = await changeEntities(transaction, entities.store, permitted, {
    origin: call.origin,
    clock: entities.clock,
    action,
  });
  const decisions = new Map(permitted.map((item, index) => [item, decided[index]!]));
  return {
    items: items.map((item, index) =>
      bulkItem(item.code, index, decisions.get(item) ?? refusalOutOfScope(entities, item)),
    ),
  };
}

function bulkItem(code: string, index: number, decision: Decision<unknown>) {
  if (decision instanceof Refusal)
    return { index, status: "refused" as const, code, problem: itemProblem(decision, index) };
  return { index, status: "ok" as const, code, outcome: decision.outcome, version: decision.entity.version };
}

function keyOf(call: Call<undefined, undefined, unknown>, action: string): RequestKey | null {
  if (call.idempotencyKey === null) return null;
  return { principal: call.principal.actor, key: call.idempotencyKey, hash: requestHash(action, call.body) };
}

function viewFor<Fields extends object>(
  entities: EntityRoutes<Fields>,
  row: EntityRow<Fields>,
  principal: Principal,
): EntityView {
  return entityView(entities.store, entities.view ? entities.view(row, principal) : row);
}

function isInScope(scope: Scope, principal: Principal, code: string): boolean {
  const codes = scope(principal);
  return codes === null || codes.has(code);
}

/** Whether it exists is not told to somebody who may not see it. */
function refusalOutOfScope<Fields extends object>(entities: EntityRoutes<Fields>, change: Change<Fields>): Refusal {
  if (change.kind === "amend")
    return common.refuse("notFound", { message: `There is no ${entities.singular} ${change.code}.` });
  return common.refuse("forbidden", { message: `The ${entities.singular} ${change.code} is not one of yours.` });
}

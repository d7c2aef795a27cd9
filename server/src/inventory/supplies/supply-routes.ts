import { Type } from "typebox";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { requestHash, type RequestKey } from "../../platform/http/idempotency.ts";
import { pageOf } from "../../platform/http/paging.ts";
import { type Call, type Route, route } from "../../platform/http/route.ts";
import type { Refusal } from "../../platform/refusals.ts";
import { inventory } from "../refusals.ts";
import type { Places } from "../understand-facts.ts";
import { createSupplyChanges, type SupplyCommand } from "./change-supplies.ts";
import { getSupply, ListedSupply, listSupplies, SupplyDetails, SupplyQuery } from "./list-supplies.ts";
import {
  SupplyAnnouncements,
  SupplyAnswer,
  SupplyCancellations,
  SupplyChange,
  SupplyReceipts,
  SupplyView,
} from "./supply-schemas.ts";
import { understandAnnouncements, understandCancellation, understandReceipt } from "./understand-supplies.ts";

const { unknownLocation, unknownSupply, supplyBelowReceived } = inventory.kinds;
const SupplyParams = Type.Object({ id: Type.String({ format: "uuid", description: "The supply's ID." }) });

export interface SupplyDependencies extends Places {
  database: Database;
  clock: Clock;
}

/** I14: what is expected, and what came of it. */
export function supplyRoutes(dependencies: SupplyDependencies): Route[] {
  const { database, network, clock } = dependencies;
  const changeSupplies = createSupplyChanges({ database, clock });
  const change = (call: WriteCall, action: string, items: readonly (SupplyCommand | Refusal)[], isAlone = false) =>
    changeSupplies({
      items,
      isAlone,
      action,
      origin: call.origin,
      key: keyOf(call, action),
      locationCodes: call.principal.locationCodes,
    });
  const read = { method: "GET", permission: "inventory:read", tag: "Supply" } as const;
  const write = {
    method: "POST",
    permission: "supply:write",
    tag: "Supply",
    responses: { 200: SupplyAnswer },
    key: "call",
    perItem: () => true,
  } as const;
  return [
    route({
      ...read,
      path: "/v1/supplies",
      operationId: "listSupplies",
      summary: "List expected receipts, along their days",
      query: SupplyQuery,
      responses: { 200: pageOf(ListedSupply, { $id: "SupplyPage" }) },
      refuses: { unknownLocation },
      handle: ({ query, principal }) => listSupplies(database, network, query, principal),
    }),
    route({
      ...read,
      path: "/v1/supplies/:id",
      operationId: "getSupply",
      summary: "Read an expected receipt with its history",
      params: SupplyParams,
      responses: { 200: SupplyDetails },
      refuses: { unknownSupply },
      handle: ({ params, principal }) => getSupply(database, params.id, principal),
    }),
    route({
      ...write,
      path: "/v1/supplies",
      operationId: "announceSupplies",
      summary: "Announce up to 1,000 expected receipts, or change them",
      description:
        "A supply is known by kind, reference and line: announced again, it is what the newest announcement says. Each item is taken or refused by itself. Fewer units than are promised take promises away from those who came last; their orders are told.",
      body: SupplyAnnouncements,
      handle: async (call) =>
        await change(
          call,
          "announceSupplies",
          await understandAnnouncements(dependencies, call.principal, call.body.items),
        ),
    }),
    route({
      method: "PATCH",
      permission: "supply:write",
      tag: "Supply",
      path: "/v1/supplies/:id",
      operationId: "changeSupply",
      summary: "Change the day, the quantity or the confidence of an expected receipt, with a reason",
      params: SupplyParams,
      body: SupplyChange,
      responses: { 200: SupplyView },
      refuses: { unknownSupply, supplyBelowReceived },
      key: "call",
      handle: async (call) => {
        const { expectedOn, quantity, confidence, reason } = call.body;
        const { ifMatch, params } = call;
        const command = {
          do: "change",
          target: { id: params.id },
          ifMatch,
          expectedOn,
          quantity,
          confidence,
          reason,
        } as const;
        const { items } = await change(call, "changeSupply", [command], true);
        return items[0]!.supply!;
      },
    }),
    route({
      ...write,
      path: "/v1/supplies/receipts",
      operationId: "receiveSupplies",
      summary: "Book up to 1,000 receipts of expected supplies",
      description:
        "Books what has come into the position and allocates it, in the same step, to those who were promised it: by priority, then by how long they wait. Fewer or more units than expected are taken too; `complete` says that the rest will not come. Send an Idempotency-Key: a receipt that is told twice has come twice.",
      body: SupplyReceipts,
      handle: async (call) =>
        await change(
          call,
          "receiveSupplies",
          call.body.items.map((item) => understandReceipt(item, clock.now())),
        ),
    }),
    route({
      ...write,
      path: "/v1/supplies/cancellations",
      operationId: "cancelSupplies",
      summary: "Cancel up to 1,000 expected receipts, wholly or in part, with a reason",
      body: SupplyCancellations,
      handle: async (call) => await change(call, "cancelSupplies", call.body.items.map(understandCancellation)),
    }),
  ];
}

type WriteCall = Pick<Call<unknown, unknown, unknown>, "idempotencyKey" | "principal" | "origin" | "params" | "body">;

function keyOf({ idempotencyKey, principal, params, body }: WriteCall, action: string): RequestKey | null {
  if (idempotencyKey === null) return null;
  return { principal: principal.actor, key: idempotencyKey, hash: requestHash(action, params, body) };
}

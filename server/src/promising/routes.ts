import { type Static, Type } from "typebox";
import { requestHash } from "../platform/http/idempotency.ts";
import { PageQuery, pageOf } from "../platform/http/paging.ts";
import { route, type Route } from "../platform/http/route.ts";
import { newId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusals.ts";
import { BasketDestinations, BasketLines, Channel, understandBasket } from "./basket.ts";
import { type CheckoutDependencies, createCheckoutChanges } from "./change-checkouts.ts";
import { checkStock, StockAnswer, type StockCheckDependencies, StockQuestion } from "./check-stock.ts";
import { promisingRefusals } from "./refusals.ts";
import {
  Checkout,
  CHECKOUT_STATUSES,
  listCheckouts,
  readCheckout,
  viewCheckout,
  type ViewDependencies,
} from "./view-checkouts.ts";
import type { CheckoutChange } from "./write-checkouts.ts";

const closed = { additionalProperties: false } as const;
const MAX_MINUTES = 120;
/** As long as customers take to pay. */
const DEFAULT_MINUTES = 15;

const holdMinutes = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: MAX_MINUTES,
    description: `How long from now on the units are held; ${DEFAULT_MINUTES} for a new one. No checkout lives longer than a day.`,
    examples: [DEFAULT_MINUTES],
  }),
);
const allowPartial = Type.Optional(
  Type.Boolean({
    description: "Holds what there is, instead of refusing what is not there as a whole.",
    examples: [false],
  }),
);

const NewCheckout = Type.Object(
  { channel: Channel, lines: BasketLines, destinations: BasketDestinations, holdMinutes, allowPartial },
  { ...closed, $id: "NewCheckout", description: "A basket whose units are to be held." },
);
const ChangedCheckout = Type.Object(
  {
    lines: Type.Optional(BasketLines),
    destinations: Type.Optional(BasketDestinations),
    holdMinutes,
    allowPartial,
  },
  {
    ...closed,
    minProperties: 1,
    $id: "ChangedCheckout",
    description: "Lines or destinations that replace those of now, or only more time. What is absent stays.",
  },
);

const CheckoutPath = Type.Object(
  {
    id: Type.String({
      format: "uuid",
      description: "ID of the checkout.",
      examples: ["019aab10-5a70-7c2b-8d1e-3f5a9b7c2d4e"],
    }),
  },
  closed,
);
const CheckoutQuery = Type.Object(
  {
    ...PageQuery,
    channel: Type.Optional(Channel),
    status: Type.Optional(
      Type.Enum(CHECKOUT_STATUSES, { description: "Only those in this status.", examples: ["open"] }),
    ),
  },
  closed,
);

export type PromisingDependencies = CheckoutDependencies & StockCheckDependencies & ViewDependencies;

/** Whole baskets: what can be had and by when, and units held for a while (I8, I10, O4). */
export function promisingRoutes(dependencies: PromisingDependencies): Route[] {
  const { network, skus } = dependencies;
  const changeCheckout = createCheckoutChanges(dependencies);
  const shared = { tag: "Checkouts" } as const;
  const { unknownChannel, unknownSku, unavailable, checkoutEnded } = promisingRefusals;

  /** The content, understood, and all else as it is when nothing of it is said. */
  const understand = async (
    content: Pick<Static<typeof NewCheckout>, "lines" | "destinations">,
    channel: string,
    principal: Parameters<typeof understandBasket>[1],
  ): Promise<Pick<CheckoutChange, "basket" | "content">> => {
    const entries = await skus.resolve([...new Set(content.lines.map(({ sku }) => sku))]);
    const basket = understandBasket({ ...content, channel }, principal, network, entries);
    if (basket instanceof Refusal) throw basket;
    return { basket, content };
  };

  return [
    route({
      ...shared,
      method: "POST",
      path: "/v1/checkouts",
      operationId: "createCheckout",
      key: "call",
      permission: "orders:write",
      summary: "Hold the units of a basket, and say how and when they could arrive",
      description:
        "Units are held until `expiresAt`, and what is offered stands as long. An order that names the checkout takes the units over. A repeated call with the same Idempotency-Key answers the checkout as it is by then.",
      body: NewCheckout,
      responses: { 201: Checkout },
      refuses: { unknownChannel, unknownSku, unavailable },
      handle: async ({ body, principal, origin, idempotencyKey }) => {
        const {
          channel,
          lines,
          destinations,
          holdMinutes: minutes = DEFAULT_MINUTES,
          allowPartial: partial = false,
        } = body;
        const id = await changeCheckout({
          ...(await understand({ lines, destinations }, channel, principal)),
          id: newId(),
          kind: "begin",
          holdMinutes: minutes,
          allowPartial: partial,
          version: null,
          origin,
          key:
            idempotencyKey === null
              ? null
              : { principal: principal.actor, key: idempotencyKey, hash: requestHash("createCheckout", body) },
        });
        const { row } = await readCheckout(dependencies, id, principal);
        return viewCheckout(dependencies, row, principal);
      },
    }),
    route({
      ...shared,
      method: "GET",
      path: "/v1/checkouts",
      operationId: "listCheckouts",
      permission: "orders:read",
      summary: "Checkouts, the newest first",
      query: CheckoutQuery,
      responses: { 200: pageOf(Checkout, { $id: "Checkouts" }) },
      handle: ({ query, principal }) => listCheckouts(dependencies, query, principal),
    }),
    route({
      ...shared,
      method: "GET",
      path: "/v1/checkouts/:id",
      operationId: "getCheckout",
      permission: "orders:read",
      summary: "A checkout: what it holds and what it was offered",
      params: CheckoutPath,
      responses: { 200: Checkout },
      handle: async ({ params, principal }) => {
        const { row } = await readCheckout(dependencies, params.id, principal);
        return viewCheckout(dependencies, row, principal);
      },
    }),
    route({
      ...shared,
      method: "PATCH",
      path: "/v1/checkouts/:id",
      operationId: "changeCheckout",
      permission: "orders:write",
      summary: "Change the basket of a checkout, choose a method, or hold its units for longer",
      description:
        "Takes effect as a whole or not at all: when something of the new basket is not there, what was held stays held. A destination that names a method has its units held where that method may take them from.",
      params: CheckoutPath,
      body: ChangedCheckout,
      responses: { 200: Checkout },
      refuses: { unknownSku, unavailable, checkoutEnded },
      handle: async ({ params, body, principal, origin, ifMatch }) => {
        const { row, channel } = await readCheckout(dependencies, params.id, principal);
        const {
          lines = row.basket.lines,
          destinations = row.basket.destinations,
          allowPartial: partial = false,
        } = body;
        const isChange = body.lines !== undefined || body.destinations !== undefined;
        await changeCheckout({
          ...(await understand({ lines, destinations }, channel, principal)),
          id: params.id,
          kind: isChange ? "change" : "extend",
          holdMinutes: body.holdMinutes ?? null,
          allowPartial: partial,
          // What is absent was read of this version: nobody's change in between is undone.
          version: ifMatch ?? row.version,
          origin,
          key: null,
        });
        return viewCheckout(dependencies, (await readCheckout(dependencies, params.id, principal)).row, principal);
      },
    }),
    route({
      ...shared,
      method: "DELETE",
      path: "/v1/checkouts/:id",
      operationId: "releaseCheckout",
      permission: "orders:write",
      summary: "Give back what a checkout holds",
      description: "Of one that has expired or was released already nothing changes.",
      params: CheckoutPath,
      responses: { 200: Checkout },
      refuses: { checkoutEnded },
      handle: async ({ params, principal, origin, ifMatch }) => {
        await readCheckout(dependencies, params.id, principal);
        await changeCheckout({
          id: params.id,
          kind: "release",
          basket: null,
          content: null,
          holdMinutes: null,
          allowPartial: false,
          version: ifMatch,
          origin,
          key: null,
        });
        return viewCheckout(dependencies, (await readCheckout(dependencies, params.id, principal)).row, principal);
      },
    }),
    route({
      ...shared,
      method: "POST",
      path: "/v1/stock-check",
      operationId: "checkStock",
      permission: "availability:read",
      summary: "Whether a basket can be fulfilled: from where, in how many parcels, by when, and what else could be",
      description:
        "Changes nothing. Nothing is held either. Of lines that lack units it says how many there are, how those could arrive, and what their SKUs name as substitutes (attribute `substitutes`, a list of codes).",
      body: StockQuestion,
      responses: { 200: StockAnswer },
      refuses: { unknownChannel, unknownSku },
      handle: async ({ body, principal }) => {
        const answer = await checkStock(dependencies, body, principal);
        if (answer instanceof Refusal) throw answer;
        return answer;
      },
    }),
  ];
}

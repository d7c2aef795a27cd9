import { defineContext, variable } from "../platform/expressions/compile-expression.ts";
import {
  defineView,
  flag,
  moment,
  object,
  objects,
  record,
  text,
  texts,
  whole,
} from "../platform/expressions/context.ts";
import type { GuardInput, WorkflowEvent } from "../workflow/public.ts";
import type { FulfillmentOrderLine, OrderLine } from "./aggregate.ts";
import type { FulfillmentRun, OrderRun } from "./order-run.ts";

/** What a capture may have, and so what conditions are reckoned with. */
const MAX_LINES = 2_000;
const MAX_CHOICES = 50;
const MAX_HOLDS = 100;
const MAX_GROUPS = 50;

interface RunLine {
  run: OrderRun;
  line: OrderLine;
}

const NONE: Readonly<Record<string, unknown>> = {};

const orderLineView = defineView<RunLine>("OrderLine", {
  number: whole("Its number in the order.", 1, ({ line }) => line.number),
  sku: text("Code of the SKU.", "SHIRT-RED-M", ({ run, line }) => run.work.skuCodes.get(line.skuId)),
  quantity: whole("Units ordered.", 2, ({ line }) => line.quantity),
  unitPrice: whole("Price of one unit, in minor units of the order's currency.", 1999, ({ line }) => line.unitPrice),
  backordered: whole("Units that wait for stock.", 0, ({ line }) => line.backordered),
  allocated: whole("Units that locations are to hand over.", 2, ({ line }) => line.allocated),
  shipped: whole("Units that have left.", 0, ({ line }) => line.shipped),
  delivered: whole("Units that the customer has.", 0, ({ line }) => line.delivered),
  cancelled: whole("Units cancelled.", 0, ({ line }) => line.cancelled),
  method: text("How the customer gets it: delivery or pickup.", "delivery", methodOf),
  attributes: record("What the channel said of the line.", { giftWrap: true }, ({ line }) => line.attributes ?? NONE),
});

function methodOf({ run, line }: RunLine): string | undefined {
  return run.order.choices.get(line.choiceNumber)?.method;
}

const channelOf = (run: OrderRun) => run.work.network.channelById(run.order.channelId);

function pickupLocationsOf({ order, work }: OrderRun) {
  const ids = new Set([...order.choices.values()].map(({ locationId }) => locationId));
  return [...ids].flatMap((id) => (id === null ? [] : (work.network.locationById(id) ?? [])));
}

const orderView = defineView<OrderRun>("Order", {
  number: whole("The order's number.", 100001, ({ order }) => order.number),
  externalReference: text("The channel's own reference.", "W-100045", ({ order }) => order.header.externalReference),
  type: text(
    "Its type: standard, pickup, makeToOrder, service, preOrder, backOrder, dropShip, exchange.",
    "standard",
    ({ order }) => order.header.type,
  ),
  status: text("The label that it shows.", "processing", ({ order }) => order.status),
  channel: text("Code of the channel that it came from.", "web-uk", (run) => channelOf(run)?.code),
  channelKind: text("Kind of that channel: web, app, marketplace, pos …", "web", (run) => channelOf(run)?.kind),
  brand: text("The channel's brand.", "Orrery", (run) => channelOf(run)?.brand),
  market: text("The channel's market.", "GB", (run) => channelOf(run)?.market),
  currency: text("ISO 4217 currency.", "GBP", ({ order }) => order.currency),
  priority: whole("From 0 to 100.", 0, ({ order }) => order.priority),
  historical: flag("Whether it was captured as an order of the past.", false, ({ order }) => order.historical),
  orderedAt: moment("When the customer ordered.", "2026-11-20T14:05:00Z", ({ order }) => order.orderedAt),
  itemTotal: whole("Prices of all lines, in minor units.", 3998, ({ order }) => order.header.itemTotal),
  chargeTotal: whole("Charges less discounts, in minor units.", 499, ({ order }) => order.header.chargeTotal),
  total: whole("All that is to be paid, in minor units.", 4497, ({ order }) => {
    return order.header.itemTotal + order.header.chargeTotal;
  }),
  units: whole("Units ordered.", 3, ({ order }) => {
    return [...order.lines.values()].reduce((sum, line) => sum + line.quantity, 0);
  }),
  customerReference: text("The customer's number.", "C-20391", ({ order }) => order.header.customerReference),
  customerTier: text("What the customer is to the retailer.", "gold", ({ order }) => order.header.customerTier),
  methods: texts(
    "How the customer gets it: each of delivery and pickup that it has.",
    ["delivery"],
    MAX_CHOICES,
    (run) => [...new Set([...run.order.choices.values()].map(({ method }) => method))],
  ),
  pickupLocations: texts(
    "Codes of the locations where the customer collects it.",
    ["store-leeds"],
    MAX_CHOICES,
    (run) => pickupLocationsOf(run).map(({ code }) => code),
  ),
  pickupLocationGroups: texts(
    "Groups that the locations are in where the customer collects it.",
    ["hub"],
    MAX_CHOICES * MAX_GROUPS,
    (run) => [...new Set(pickupLocationsOf(run).flatMap(({ groups }) => groups))],
  ),
  lines: objects("Its lines.", MAX_LINES, orderLineView, (run) =>
    [...run.order.lines.values()].map((line) => ({ run, line })),
  ),
  held: flag("Whether a hold is on it.", false, ({ order }) => order.holds > 0),
  holds: texts("Reasons of the holds on it.", ["fraudReview"], MAX_HOLDS, ({ order }) =>
    [...order.activeHolds.values()].slice(0, MAX_HOLDS),
  ),
  attributes: record("What its workflow has noted of it.", { risk: 80 }, ({ order }) => order.attributes),
  metadata: record("What the channel said besides.", { campaign: "spring" }, ({ order }) => order.header.metadata),
});

interface RunFulfillmentLine {
  run: OrderRun;
  line: FulfillmentOrderLine;
}

const fulfillmentLineView = defineView<RunFulfillmentLine>("FulfillmentOrderLine", {
  number: whole("Number of the order line.", 1, ({ line }) => line.lineNumber),
  sku: text("Code of the SKU.", "SHIRT-RED-M", ({ run, line }) => run.work.skuCodes.get(line.skuId)),
  quantity: whole("Units that the location was told to hand over.", 2, ({ line }) => line.quantity),
  shipped: whole("Units that have left.", 0, ({ line }) => line.shipped),
  delivered: whole("Units that the customer has.", 0, ({ line }) => line.delivered),
  withdrawn: whole("Units that the location need not hand over any more.", 0, ({ line }) => line.withdrawn),
});

const locationOf = ({ run, fulfillmentOrder }: FulfillmentRun) =>
  run.work.network.locationById(fulfillmentOrder.locationId);

const locationView = defineView<FulfillmentRun>("Location", {
  code: text("The location's code.", "store-leeds", (context) => locationOf(context)?.code),
  name: text("Its name.", "Leeds Briggate", (context) => locationOf(context)?.name),
  type: text("What it is: warehouse, store, 3pl, vendor, virtual.", "store", (context) => locationOf(context)?.type),
  groups: texts("Groups that it is in.", ["hub"], MAX_GROUPS, (context) => locationOf(context)?.groups ?? []),
});

const fulfillmentOrderView = defineView<FulfillmentRun>("FulfillmentOrder", {
  number: whole("Its number in the order.", 1, ({ fulfillmentOrder }) => fulfillmentOrder.number),
  method: text("delivery or pickup.", "delivery", ({ fulfillmentOrder }) => fulfillmentOrder.method),
  status: text("The label that it shows.", "picking", ({ fulfillmentOrder }) => fulfillmentOrder.status),
  dueAt: moment("When it has to be handed over; absent: no cut-off.", "2026-11-20T16:00:00Z", (context) => {
    return context.fulfillmentOrder.dueAt;
  }),
  location: object("The location that hands it over.", locationView, (context) => context),
  units: whole("Units that it was told to hand over.", 3, ({ fulfillmentOrder }) => {
    return [...fulfillmentOrder.lines.values()].reduce((sum, line) => sum + line.quantity, 0);
  }),
  lines: objects("Its lines.", MAX_LINES, fulfillmentLineView, ({ run, fulfillmentOrder }) =>
    [...fulfillmentOrder.lines.values()].map((line) => ({ run, line })),
  ),
});

interface Happening {
  event: WorkflowEvent;
  at: Date;
}

const eventView = defineView<Happening>("Event", {
  type: text("What happens.", "cancel", ({ event }) => event.type),
  at: moment("When it happens.", "2026-11-20T14:05:00Z", ({ at }) => at),
  data: record("What comes with it.", { reason: "price error" }, ({ event }) => event.data ?? NONE),
});

/** What conditions in workflows of orders may look at. */
export const orderConditions = defineContext<GuardInput<OrderRun>>({
  order: variable("The order.", orderView, ({ context }) => context),
  event: variable("What happens to it.", eventView, ({ context, event }) => ({ event, at: context.occurredAt })),
});

/** What conditions in workflows of fulfillment orders may look at. */
export const fulfillmentOrderConditions = defineContext<GuardInput<FulfillmentRun>>({
  fulfillmentOrder: variable("The fulfillment order.", fulfillmentOrderView, ({ context }) => context),
  order: variable("The order that it belongs to.", orderView, ({ context }) => context.run),
  event: variable("What happens to it.", eventView, ({ context, event }) => ({ event, at: context.run.occurredAt })),
});

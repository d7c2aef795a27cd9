import type { CaptureOrder, Sku } from "../../api/generated/types.gen.ts";
import { currencyExponent } from "../../ui/format.ts";
import type { OrderType } from "../order-types.tsx";
import { filled } from "../empty-values.ts";

export type LineValues = {
  sku: string;
  name: string;
  imageUrl: string | null;
  quantity: number | string;
  /** As it is typed, in whole units of the currency: 29.90. */
  unitPrice: number | string;
};

export type OrderValues = {
  channel: string | null;
  type: TakenType;
  /** Of a pre-order: the day on which it comes out. */
  releaseOn: string;
  /** Of an exchange: the order whose goods come back. */
  exchangeOf: { id: string; number: string } | null;
  /** Of a service: the agreed time, as the browser's own field has it. */
  notBefore: string;
  notAfter: string;
  customer: Record<"name" | "phone" | "email" | "reference", string>;
  lines: LineValues[];
  method: "delivery" | "pickup";
  address: Record<"name" | "line1" | "line2" | "postalCode" | "city" | "region" | "country" | "phone", string>;
  location: string | null;
  instructions: string;
  giftMessage: string;
  shipping: number | string;
  discount: number | string;
  tender: string;
};

/** A pickup is a standard order that is collected. */
export type TakenType = Exclude<OrderType, "pickup">;

export const newOrder: OrderValues = {
  channel: null,
  type: "standard",
  releaseOn: "",
  exchangeOf: null,
  notBefore: "",
  notAfter: "",
  customer: { name: "", phone: "", email: "", reference: "" },
  lines: [],
  method: "delivery",
  address: { name: "", line1: "", line2: "", postalCode: "", city: "", region: "", country: "", phone: "" },
  location: null,
  instructions: "",
  giftMessage: "",
  shipping: "",
  discount: "",
  tender: "invoice",
};

/** "29.9" EUR is 2990, "1500" JPY is 1500: exact, because it goes by digits and not by multiplying. */
export function minorOf(typed: number | string, currency: string): number {
  const exponent = currencyExponent(currency);
  return typed === "" ? 0 : Number(Number(typed).toFixed(exponent).replace(".", ""));
}

export function totalOf(values: OrderValues, currency: string): number {
  const lines = values.lines.reduce(
    (sum, line) => sum + Number(line.quantity) * minorOf(line.unitPrice, currency),
    minorOf(values.shipping, currency),
  );
  return lines - minorOf(values.discount, currency);
}

/** One more of what is there already, or a new line. */
export function withSku(lines: readonly LineValues[], sku: Sku): LineValues[] {
  const known = lines.some((line) => line.sku === sku.code);
  if (!known) return [...lines, { sku: sku.code, name: sku.name, imageUrl: sku.imageUrl, quantity: 1, unitPrice: "" }];
  return lines.map((line) => (line.sku === sku.code ? { ...line, quantity: Number(line.quantity) + 1 } : line));
}

const choiceId = "choice";

/** A service is done where the customer is. */
export function methodOf({ type, method }: OrderValues): OrderValues["method"] {
  return type === "service" ? "delivery" : method;
}

/** What stock means to an order that is being taken: it is promised now, waited for, or seen to later by its workflow. */
export function stockOf({ type }: OrderValues, channelWaits: boolean): "promised" | "awaited" | "later" {
  if (type === "standard") return channelWaits ? "awaited" : "promised";
  return type === "backOrder" || type === "dropShip" || type === "exchange" ? "awaited" : "later";
}

/** What its own workflow needs to know of it. */
function metadataOf({ type, releaseOn, exchangeOf }: OrderValues): Pick<CaptureOrder, "metadata"> {
  if (type === "preOrder") return { metadata: { releaseOn } };
  if (type === "exchange" && exchangeOf) return { metadata: { exchangeOf: exchangeOf.number } };
  return {};
}

function windowOf({ type, notBefore, notAfter }: OrderValues): { notBefore?: string; notAfter?: string } {
  if (type !== "service") return {};
  return {
    ...(notBefore === "" ? {} : { notBefore: new Date(notBefore).toISOString() }),
    ...(notAfter === "" ? {} : { notAfter: new Date(notAfter).toISOString() }),
  };
}

export function requestOf(values: OrderValues, order: { reference: string; currency: string }): CaptureOrder {
  const { currency } = order;
  const customer = filled(values.customer);
  const total = totalOf(values, currency);
  const charge = (type: "shipping" | "discount", typed: number | string) =>
    minorOf(typed, currency) > 0 ? [{ type, amount: minorOf(typed, currency) }] : [];
  const { country, city, ...address } = values.address;
  const method = methodOf(values);
  return {
    channel: values.channel ?? "",
    externalReference: order.reference,
    ...(values.type === "standard" ? {} : { type: values.type }),
    ...metadataOf(values),
    currency,
    ...(Object.keys(customer).length > 0 ? { customer } : {}),
    fulfillmentChoices: [
      {
        id: choiceId,
        method,
        ...windowOf(values),
        ...(method === "delivery"
          ? { address: { ...filled(address), city: city.trim(), country } }
          : { location: values.location ?? "" }),
        ...filled({ instructions: values.instructions, giftMessage: values.giftMessage }),
        ...(method === "pickup" && customer.name ? { collectors: [customer.name] } : {}),
      },
    ],
    lines: values.lines.map(({ sku, quantity, unitPrice }) => ({
      sku,
      quantity: Number(quantity),
      unitPrice: minorOf(unitPrice, currency),
      fulfillmentChoice: choiceId,
    })),
    charges: [...charge("shipping", values.shipping), ...charge("discount", values.discount)],
    ...(total > 0 ? { tenders: [{ type: values.tender, amount: total }] } : {}),
  };
}

/** The form has one choice and shows a line's SKU as a picture: faults there stand at the nearest field. */
export function fieldOf(pointer: string): string {
  return pointer
    .replace(/^\/(fulfillmentChoices\/0|metadata)\//, "/")
    .replace(/^(\/lines\/\d+)(\/sku)?$/, "$1/quantity")
    .replace(/^\//, "")
    .replaceAll("/", ".");
}

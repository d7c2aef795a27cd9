import type { CaptureOrder, Sku } from "../../api/generated/types.gen.ts";
import { currencyExponent } from "../../ui/format.ts";
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

export const newOrder: OrderValues = {
  channel: null,
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

export function requestOf(values: OrderValues, order: { reference: string; currency: string }): CaptureOrder {
  const { currency } = order;
  const customer = filled(values.customer);
  const total = totalOf(values, currency);
  const charge = (type: "shipping" | "discount", typed: number | string) =>
    minorOf(typed, currency) > 0 ? [{ type, amount: minorOf(typed, currency) }] : [];
  const { country, city, ...address } = values.address;
  return {
    channel: values.channel ?? "",
    externalReference: order.reference,
    currency,
    ...(Object.keys(customer).length > 0 ? { customer } : {}),
    fulfillmentChoices: [
      {
        id: choiceId,
        method: values.method,
        ...(values.method === "delivery"
          ? { address: { ...filled(address), city: city.trim(), country } }
          : { location: values.location ?? "" }),
        ...filled({ instructions: values.instructions, giftMessage: values.giftMessage }),
        ...(values.method === "pickup" && customer.name ? { collectors: [customer.name] } : {}),
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
    .replace(/^\/fulfillmentChoices\/0\//, "/")
    .replace(/^(\/lines\/\d+)(\/sku)?$/, "$1/quantity")
    .replace(/^\//, "")
    .replaceAll("/", ".");
}

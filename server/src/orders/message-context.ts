import { Type } from "typebox";
import type { Formats } from "../messages/public.ts";
import { multiplyMinor } from "../platform/money.ts";
import { orNull, textField, wholeField } from "../platform/http/described.ts";
import type { FulfillmentOrderAnswer, OrderAnswer } from "./answer-schemas.ts";
import type { AskedFacts } from "./message-triggers.ts";

/** What templates may name of an order. Amounts and dates are texts in the language and formats of the customer. */

/** Messages show this many rows of a list; a mail of more is cut off by mail programs. */
const MAX_ROWS = 50;
const MAX_AMOUNTS = 20;

const name = textField("Name of the SKU.", "Shirt, red, M");
const sku = textField("Code of the SKU.", "SHIRT-RED-M");
const quantity = wholeField("Units.", 2);
const amount = (description: string, example: string) => textField(description, example);

const Units = Type.Array(Type.Object({ name, sku, quantity }), {
  description: `Which units; at most ${MAX_ROWS} rows.`,
});

export const OrderContext = {
  customer: Type.Object(
    { name: orNull(textField("The customer's name; null: not told.", "Ada Okafor")) },
    { description: "Who ordered." },
  ),
  order: Type.Object(
    {
      number: textField("The order's number.", "100001"),
      reference: textField("The channel's own order reference.", "W-100045"),
      orderedOn: textField("The day of the order.", "November 20, 2026"),
      units: wholeField("Units ordered on all lines together.", 3),
      lines: Type.Array(
        Type.Object({
          name,
          sku,
          quantity,
          unitPrice: amount("Price of one unit.", "£19.99"),
          amount: amount("Price of all units of the line.", "£39.98"),
        }),
        { description: `What was ordered; at most ${MAX_ROWS} lines.` },
      ),
      moreLines: orNull(wholeField("How many lines there are beside those; null: none.", 12)),
      itemTotal: amount("Prices of all lines.", "£39.98"),
      charges: Type.Array(
        Type.Object({
          type: textField("tax, duty, shipping, fee, deposit or discount.", "shipping"),
          description: orNull(textField("What the channel calls it; null: nothing.", "VAT 20 %")),
          amount: amount("How much; a discount is negative.", "£4.99"),
        }),
        { maxItems: MAX_AMOUNTS, description: `Taxes, shipping, discounts and the like; at most ${MAX_AMOUNTS}.` },
      ),
      grandTotal: amount("What the order costs.", "£44.97"),
      tenders: Type.Array(
        Type.Object({
          type: textField("Payment method as the channel names it.", "credit_card"),
          amount: amount("How much of the order it pays.", "£44.97"),
          installments: orNull(wholeField("Number of installments; null: not told.", 3)),
        }),
        { maxItems: MAX_AMOUNTS, description: `How it is paid; at most ${MAX_AMOUNTS} means.` },
      ),
      address: orNull(
        textField(
          "Where it is delivered, line by line; null: nowhere.",
          "Ada Okafor\n12 Harbour Street\nLS1 4DY Leeds",
        ),
      ),
    },
    { description: "The order." },
  ),
};

/** A mail says what else there is, and is no catalog. */
export const MAX_RECOMMENDATIONS = 4;

export const RecommendationsContext = Type.Array(Type.Object({ name, sku }), {
  maxItems: MAX_RECOMMENDATIONS,
  description: `What goes with the order and could leave in the same parcel, the strongest first; at most ${MAX_RECOMMENDATIONS}, often none.`,
});

export const ShipmentContext = Type.Object(
  {
    carrier: orNull(textField("Who carries it; null: not told.", "DPD")),
    trackingNumber: orNull(textField("The carrier's number; null: not told.", "15501234567890")),
    trackingUrl: orNull(textField("Where the customer follows it; null: not told.", "https://track.example.com/1550")),
    estimatedDeliveryOn: orNull(textField("When it should arrive; null: not told.", "Monday, November 23, 2026")),
    lines: Units,
    isPart: Type.Boolean({ description: "True while more of the order is still to come.", examples: [false] }),
  },
  { description: "What has left." },
);

export const PickupContext = Type.Object(
  {
    name: textField("The location's name.", "Leeds Briggate"),
    address: orNull(textField("Where it is, line by line; null: not told.", "12 Harbour Street\nLS1 4DY Leeds")),
    openingHours: Type.Array(
      Type.Object({
        day: textField("The weekday.", "Monday"),
        hours: textField("When it is open.", "9:00 AM – 6:30 PM"),
      }),
      { maxItems: 7, description: "Opening hours by weekday; days on which it is closed are missing." },
    ),
    until: orNull(textField("Until when it is kept; null: no limit.", "Friday, November 27, 2026 at 2:05 PM")),
    lines: Units,
  },
  { description: "What waits, and where." },
);

export const CancellationContext = Type.Object(
  {
    whole: Type.Boolean({ description: "True when nothing of the order is left.", examples: [false] }),
    lines: Units,
    amount: amount("Prices of the cancelled units.", "£19.99"),
  },
  { description: "What was cancelled." },
);

export const DelayContext = Type.Object(
  { expectedOn: orNull(textField("When it is expected now; null: not known.", "Monday, November 30, 2026")) },
  { description: "What is known of the delay." },
);

export const QuestionContext = Type.Object(
  {
    lines: Type.Array(
      Type.Object({
        name,
        sku,
        quantity,
        expectedOn: orNull(textField("When it is expected now; null: not known.", "Monday, November 30, 2026")),
        promisedOn: orNull(
          textField("The day that was promised; null: nothing has changed for it.", "Friday, November 27, 2026"),
        ),
      }),
      { description: `What waits; at most ${MAX_ROWS} lines.` },
    ),
    answerBy: textField("Until when an answer is taken.", "Thursday, November 26, 2026 at 2:05 PM"),
    silence: textField("What is done without an answer: wait or cancel.", "wait"),
  },
  { description: "What the customer is asked." },
);

/** What was known of a location when the message was written. */
export interface PickupPlace {
  name: string;
  address: Readonly<Record<string, unknown>>;
  timeZone: string;
  openingHours: Readonly<Record<string, readonly { from: string; to: string }[]>>;
}

export function orderContext(order: OrderAnswer, formats: Formats): Record<string, unknown> {
  const { money } = formats;
  const shown = order.lines.slice(0, MAX_ROWS);
  const delivered = order.fulfillmentChoices.find(({ method }) => method === "delivery");
  return {
    customer: { name: order.customer.name },
    order: {
      number: String(order.number),
      reference: order.externalReference,
      orderedOn: formats.day(new Date(order.orderedAt)),
      units: order.unitCount,
      lines: shown.map((line) => ({
        name: line.name,
        sku: line.sku,
        quantity: line.quantity,
        unitPrice: money(line.unitPrice),
        amount: money(multiplyMinor(line.unitPrice, line.quantity)),
      })),
      moreLines: order.lines.length > shown.length ? order.lines.length - shown.length : null,
      itemTotal: money(order.itemTotal),
      charges: order.charges.slice(0, MAX_AMOUNTS).map(({ type, description, amount: minor }) => ({
        type,
        description: description ?? null,
        amount: money(type === "discount" ? -minor : minor),
      })),
      grandTotal: money(order.grandTotal),
      tenders: order.tenders.slice(0, MAX_AMOUNTS).map(({ type, amount: minor, installments }) => ({
        type,
        amount: money(minor),
        installments: installments ?? null,
      })),
      address: delivered?.address === undefined ? null : addressText(delivered.address, order.customer.name),
    },
  };
}

export function shipmentContext(
  order: OrderAnswer,
  shipment: FulfillmentOrderAnswer["shipments"][number],
  formats: Formats,
): Record<string, unknown> {
  const { estimatedDeliveryOn } = shipment;
  return {
    carrier: shipment.carrier,
    trackingNumber: shipment.trackingNumber,
    trackingUrl: shipment.trackingUrl,
    estimatedDeliveryOn: estimatedDeliveryOn === null ? null : formats.localDay(estimatedDeliveryOn),
    lines: unitsOf(order, shipment.lines),
    isPart: order.lines.some((line) => line.shipped + line.cancelled < line.quantity),
  };
}

export function pickupContext(
  order: OrderAnswer,
  fulfillmentOrder: FulfillmentOrderAnswer,
  place: PickupPlace,
  formats: Formats,
): Record<string, unknown> {
  const { expiresAt } = fulfillmentOrder;
  return {
    name: place.name,
    address: addressText(place.address, null),
    openingHours: WEEKDAYS.flatMap((day, number) => {
      const intervals = place.openingHours[day] ?? [];
      if (intervals.length === 0) return [];
      const hours = intervals.map(({ from, to }) => `${formats.time(from)} – ${formats.time(to)}`).join(", ");
      return [{ day: formats.weekday(number), hours }];
    }),
    until: expiresAt === null ? null : formats.dayAndTime(new Date(expiresAt), place.timeZone),
    lines: unitsOf(
      order,
      fulfillmentOrder.lines.map((line) => ({
        lineNumber: line.lineNumber,
        quantity: line.quantity - line.shipped - line.withdrawn,
      })),
    ),
  };
}

export function questionContext(
  order: OrderAnswer,
  { lines, answerBy, silence }: AskedFacts,
  formats: Formats,
): Record<string, unknown> {
  const day = (date: string | null): string | null => (date === null ? null : formats.localDay(date));
  const named = new Map(order.lines.map((line) => [line.lineNumber, line]));
  return {
    lines: lines.slice(0, MAX_ROWS).map(({ lineNumber, quantity: units, expectedOn, promisedOn }) => ({
      name: named.get(lineNumber)?.name ?? "",
      sku: named.get(lineNumber)?.sku ?? "",
      quantity: units,
      expectedOn: day(expectedOn),
      promisedOn: day(promisedOn),
    })),
    answerBy: formats.dayAndTime(new Date(answerBy)),
    silence,
  };
}

export function cancellationContext(
  order: OrderAnswer,
  lines: readonly LineUnits[],
  formats: Formats,
): Record<string, unknown> {
  const prices = new Map(order.lines.map((line) => [line.lineNumber, line.unitPrice]));
  let minor = 0;
  for (const { lineNumber, quantity: units } of lines) minor += multiplyMinor(prices.get(lineNumber) ?? 0, units);
  return {
    whole: order.lines.every((line) => line.cancelled === line.quantity),
    lines: unitsOf(order, lines),
    amount: formats.money(minor),
  };
}

interface LineUnits {
  lineNumber: number;
  quantity: number;
}

function unitsOf(order: OrderAnswer, units: readonly LineUnits[]): Record<string, unknown>[] {
  const lines = new Map(order.lines.map((line) => [line.lineNumber, line]));
  return units
    .filter((line) => line.quantity > 0)
    .slice(0, MAX_ROWS)
    .map((line) => {
      const ordered = lines.get(line.lineNumber);
      return { name: ordered?.name ?? String(line.lineNumber), sku: ordered?.sku ?? "", quantity: line.quantity };
    });
}

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/** Where the postal code stands behind the city, on a line of its own or beside the region. */
const CODE_AFTER_CITY = new Set(["GB", "IE", "US", "CA", "AU", "NZ", "IN"]);

function addressText(address: Readonly<Record<string, unknown>>, recipient: string | null): string | null {
  const part = (field: string): string => (typeof address[field] === "string" ? (address[field] as string).trim() : "");
  const place = CODE_AFTER_CITY.has(part("country"))
    ? [part("city"), part("region"), part("postalCode")]
    : [[part("postalCode"), part("city")].filter((text) => text !== "").join(" "), part("region")];
  const lines = [
    part("name") || (recipient ?? ""),
    part("line1"),
    part("line2"),
    place.filter((text) => text !== "").join(", "),
  ].filter((line) => line !== "");
  return lines.length === 0 ? null : lines.join("\n");
}

import { hash } from "node:crypto";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { OrderType } from "./order-types.ts";
import type { CaptureOrderInput } from "./schemas.ts";

/**
 * What a channel sent, normalized: defaults filled in, times in UTC, object keys in one order. Two captures have the
 * same content exactly when these are equal. SKUs, locations and channels appear by code.
 */
export interface OrderContent {
  type: OrderType;
  currency: string;
  priority: number;
  historical: boolean;
  orderedAt: string | null;
  customer: {
    reference: string | null;
    name: string | null;
    email: string | null;
    phone: string | null;
    /** Absent rather than null: orders of before there were tiers keep their hash. */
    tier?: string;
  };
  fulfillmentChoices: ChoiceContent[];
  lines: LineContent[];
  charges: { type: string; line: number | null; amount: number; description: string | null }[];
  tenders: { type: string; amount: number; installments: number | null; reference: string | null }[];
  metadata: Record<string, unknown>;
  /** Absent rather than null: orders of before there were languages keep their hash. */
  language?: string;
}

export interface ChoiceContent {
  id: string;
  method: "delivery" | "pickup";
  location: string | null;
  service: string | null;
  address: Record<string, unknown> | null;
  notBefore: string | null;
  notAfter: string | null;
  instructions: string | null;
  giftMessage: string | null;
  collectors: string[];
}

export interface LineContent {
  lineNumber: number;
  externalReference: string | null;
  sku: string;
  quantity: number;
  unitPrice: number;
  fulfillmentChoice: string;
  attributes: Record<string, unknown>;
}

export function contentOf(input: CaptureOrderInput, defaultCurrency: string): OrderContent {
  const firstChoice = input.fulfillmentChoices[0]?.id ?? "";
  const allPickup =
    input.fulfillmentChoices.length > 0 && input.fulfillmentChoices.every((choice) => choice.method === "pickup");
  return {
    type: input.type ?? (allPickup ? "pickup" : "standard"),
    currency: input.currency ?? defaultCurrency,
    priority: input.priority ?? 0,
    historical: input.historical ?? false,
    orderedAt: utc(input.orderedAt),
    customer: {
      reference: input.customer?.reference ?? null,
      name: input.customer?.name ?? null,
      email: input.customer?.email ?? null,
      phone: input.customer?.phone ?? null,
      ...(input.customer?.tier === undefined ? {} : { tier: input.customer.tier }),
    },
    fulfillmentChoices: input.fulfillmentChoices.map((choice) => ({
      id: choice.id,
      method: choice.method,
      location: choice.location ?? null,
      service: choice.service ?? null,
      address: choice.address ? sorted(choice.address) : null,
      notBefore: utc(choice.notBefore),
      notAfter: utc(choice.notAfter),
      instructions: choice.instructions ?? null,
      giftMessage: choice.giftMessage ?? null,
      collectors: choice.collectors ?? [],
    })),
    lines: input.lines
      .map((line, index) => ({
        lineNumber: line.lineNumber ?? index + 1,
        externalReference: line.externalReference ?? null,
        sku: line.sku,
        quantity: line.quantity,
        unitPrice: line.unitPrice,
        fulfillmentChoice: line.fulfillmentChoice ?? firstChoice,
        attributes: line.attributes ? sorted(line.attributes) : {},
      }))
      .sort((one, other) => one.lineNumber - other.lineNumber),
    charges: (input.charges ?? []).map((charge) => ({
      type: charge.type,
      line: charge.line ?? null,
      amount: charge.amount,
      description: charge.description ?? null,
    })),
    tenders: (input.tenders ?? []).map((tender) => ({
      type: tender.type,
      amount: tender.amount,
      installments: tender.installments ?? null,
      reference: tender.reference ?? null,
    })),
    metadata: input.metadata ? sorted(input.metadata) : {},
    ...(input.language === undefined ? {} : { language: input.language }),
  };
}

export function contentHash(content: OrderContent): Buffer {
  return hash("sha256", JSON.stringify(content), "buffer");
}

function utc(moment: string | undefined): string | null {
  return moment === undefined ? null : new Date(moment).toISOString();
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) result[key] = sortedValue(value[key]);
  return result;
}

function sortedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedValue);
  return typeof value === "object" && value !== null ? sorted(value as Record<string, unknown>) : value;
}

/** At most this many differences are named. */
const MAX_POINTERS = 50;

/** JSON pointers of the places where the two contents differ. */
export function differences(stored: unknown, sent: unknown, pointer = "", found: string[] = []): string[] {
  if (found.length >= MAX_POINTERS || stored === sent) return found;
  if (isContainer(stored) && isContainer(sent) && Array.isArray(stored) === Array.isArray(sent)) {
    const keys = new Set([...Object.keys(stored), ...Object.keys(sent)]);
    for (const key of keys)
      differences(stored[key], sent[key], `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, found);
    return found;
  }
  found.push(pointer);
  return found;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

type StoredContent = Omit<OrderContent, "customer" | "language"> & {
  language: string | null;
  customer: Omit<OrderContent["customer"], "tier"> & { tier?: string | null };
};

const readStoredContent = statement<{ content: StoredContent }>(
  "orders.readContent",
  `select json_build_object(
     'type', o.type, 'currency', o.currency, 'priority', o.priority, 'historical', o.historical,
     'orderedAt', case when o.ordered_at_given then to_char(o.ordered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') end,
     'customer', json_build_object('reference', o.customer_reference, 'name', o.customer_name, 'email', o.customer_email, 'phone', o.customer_phone, 'tier', o.customer_tier),
     'fulfillmentChoices', coalesce((select json_agg(json_build_object(
        'id', c.external_id, 'method', c.method, 'location', l.code, 'service', c.service, 'address', c.address,
        'notBefore', to_char(c.not_before at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'notAfter', to_char(c.not_after at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'instructions', c.instructions, 'giftMessage', c.gift_message, 'collectors', coalesce(c.collectors, '[]')) order by c.number)
        from orders.fulfillment_choices c left join network.locations l on l.id = c.location_id where c.order_id = o.id), '[]'),
     'lines', coalesce((select json_agg(json_build_object(
        'lineNumber', n.number, 'externalReference', n.external_reference, 'sku', s.code, 'quantity', n.quantity, 'unitPrice', n.unit_price,
        'fulfillmentChoice', c.external_id, 'attributes', coalesce(n.attributes, '{}')) order by n.number)
        from orders.order_lines n join catalog.skus s on s.id = n.sku_id
        join orders.fulfillment_choices c on c.order_id = n.order_id and c.number = n.choice_number where n.order_id = o.id), '[]'),
     'charges', coalesce((select json_agg(json_build_object('type', g.type, 'line', g.line_number, 'amount', g.amount, 'description', g.description) order by g.number)
        from orders.charges g where g.order_id = o.id), '[]'),
     'tenders', coalesce((select json_agg(json_build_object('type', t.type, 'amount', t.amount, 'installments', t.installments, 'reference', t.reference) order by t.number)
        from orders.tenders t where t.order_id = o.id), '[]'),
     'metadata', o.metadata, 'language', o.language) as content
     from orders.orders o where o.id = $1::uuid`,
);

/** The stored content in the shape of `contentOf`, for naming what a repeated capture changed. */
export async function readContent(database: Database, orderId: string): Promise<OrderContent | undefined> {
  const [row] = await database.read(readStoredContent, [orderId]);
  if (row === undefined) return undefined;
  const { language, ...content } = row.content;
  const { tier, ...customer } = content.customer;
  return {
    ...content,
    customer: { ...customer, ...(typeof tier === "string" ? { tier } : {}) },
    ...(language === null ? {} : { language }),
  };
}

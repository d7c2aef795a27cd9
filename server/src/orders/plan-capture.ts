import type { SkuEntry } from "../catalog/public.ts";
import type { ChannelEntry, NetworkDirectory } from "../network/public.ts";
import type { Principal } from "../platform/http/route.ts";
import { isCurrency } from "../platform/money.ts";
import { common, type Fault, type Refusal } from "../platform/refusals.ts";
import { MAX_CLOCK_SKEW_MS, MAX_ORDER_AGE_MS, MAX_SAFE_AMOUNT } from "./limits.ts";
import { contentOf, type OrderContent } from "./order-content.ts";
import { mayBeRefused, suppliersOf } from "./order-types.ts";
import type { OrderQuotas } from "./quota-limits.ts";
import { refuse } from "./refusals.ts";
import type { CaptureOrderInput } from "./schemas.ts";

/** Units of a position that may be promised, of those that are free there: rules keep others back. */
export type Promisable = (skuId: number, locationId: number, free: number) => number;

/** A capture whose input has been understood: codes are resolved, totals added up, nothing looked at in the stock yet. */
export interface CapturePlan {
  externalReference: string;
  channel: ChannelEntry;
  content: OrderContent;
  orderedAt: Date;
  choices: PlannedChoice[];
  lines: PlannedLine[];
  /** Where its units may come from; a line may say less. */
  locationIds: readonly number[];
  /** Whether it is refused when not all of it can be promised. */
  mayBeRefused: boolean;
  itemTotal: number;
  chargeTotal: number;
  unitCount: number;
  /** What the channel's rules leave it, once somebody has asked, and the rules that were asked. */
  promisable: { rules: object; of: Promisable; quotas: OrderQuotas | null } | null;
  /** The checkout that it says it comes from. */
  checkoutId: string | null;
  /** Contradictions that are kept and reported, never dropped. */
  contradictions: Contradiction[];
}

export interface PlannedChoice {
  number: number;
  method: "delivery" | "pickup";
  locationId: number | null;
  latitude: number | null;
  longitude: number | null;
  notBefore: string | null;
  notAfter: string | null;
}

export interface PlannedLine {
  number: number;
  /** Where it stands among the lines of the request, for JSON pointers: lines are kept in the order of their numbers. */
  place: number;
  sku: SkuEntry;
  quantity: number;
  unitPrice: number;
  attributes: Readonly<Record<string, unknown>> | null;
  choice: PlannedChoice;
  /** Only this location may supply it: pickup, or pinned by a migration. */
  onlyLocationId: number | null;
  /** A migration says that its units are there. */
  pinned: boolean;
}

export interface Contradiction {
  kind: "orderWithoutLines" | "paymentMismatch";
  reason: string;
  details: Record<string, unknown>;
}

/** Understands one order, or refuses it naming every place that is wrong. Pure: directories are snapshots in memory. */
export function planCapture(
  input: CaptureOrderInput,
  principal: Principal,
  network: NetworkDirectory,
  skus: ReadonlyMap<string, SkuEntry>,
  now: Date,
): CapturePlan | Refusal {
  const channel = network.channelByCode(input.channel);
  if (
    channel === undefined ||
    !channel.active ||
    (principal.channelCodes !== null && !principal.channelCodes.has(channel.code))
  ) {
    return refuse("unknownChannel", {
      message: `There is no active channel ${input.channel}.`,
      faults: [{ pointer: "/channel", message: "is not an active channel" }],
    });
  }
  const content = contentOf(input, channel.currency);
  const faults: Fault[] = [];
  if (!principal.permissions.has("orders:migrate")) checkMigrationRights(input, faults);
  checkTime(content, now, faults);
  if (!isCurrency(content.currency)) faults.push({ pointer: "/currency", message: "is not a currency of ISO 4217" });
  const choices = planChoices(content, channel, network, faults);
  const lines = planLines(input, content, choices, skus, network, faults);
  checkCharges(content, faults);
  if (faults.length > 0) return refusalOf(faults);

  const itemTotal = content.lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
  const chargeTotal = content.charges.reduce(
    (sum, charge) => sum + (charge.type === "discount" ? -charge.amount : charge.amount),
    0,
  );
  const tenderTotal = content.tenders.reduce((sum, tender) => sum + tender.amount, 0);
  const grandTotal = itemTotal + chargeTotal;
  if (![itemTotal, chargeTotal, grandTotal, tenderTotal].every(Number.isSafeInteger)) return refuse("totalTooLarge");
  if (grandTotal < 0)
    return refusalOf([{ pointer: "/charges", message: "discounts are larger than the rest of the order" }]);
  return {
    externalReference: input.externalReference,
    channel,
    content,
    orderedAt: content.orderedAt === null ? now : new Date(content.orderedAt),
    choices: [...choices.values()],
    lines,
    locationIds: suppliersOf(content.type, channel.locationIds, network),
    mayBeRefused: channel.whenUnavailable === "reject" && !content.historical && mayBeRefused(content.type),
    itemTotal,
    chargeTotal,
    unitCount: content.lines.reduce((sum, line) => sum + line.quantity, 0),
    promisable: null,
    checkoutId: input.checkout ?? null,
    contradictions: contradictionsOf(content, grandTotal, tenderTotal),
  };
}

function refusalOf(faults: Fault[]): Refusal {
  const unknownSku = faults.find((fault) => fault.message === UNKNOWN_SKU);
  const message = `${faults[0]!.pointer}: ${faults[0]!.message}`;
  return unknownSku ? refuse("unknownSku", { message, faults }) : common.refuse("invalidInput", { message, faults });
}

const UNKNOWN_SKU = "is not an active SKU";

function checkMigrationRights(input: CaptureOrderInput, faults: Fault[]): void {
  if (input.historical) faults.push({ pointer: "/historical", message: "needs the permission orders:migrate" });
  input.lines.forEach((line, index) => {
    if (line.location !== undefined)
      faults.push({ pointer: `/lines/${index}/location`, message: "needs the permission orders:migrate" });
  });
}

function checkTime(content: OrderContent, now: Date, faults: Fault[]): void {
  if (content.orderedAt === null) {
    if (content.historical) faults.push({ pointer: "/orderedAt", message: "is required for a historical order" });
    return;
  }
  const age = now.getTime() - Date.parse(content.orderedAt);
  if (age < -MAX_CLOCK_SKEW_MS) faults.push({ pointer: "/orderedAt", message: "lies in the future" });
  if (age > MAX_ORDER_AGE_MS && !content.historical)
    faults.push({ pointer: "/orderedAt", message: "is more than a day ago; migrate old orders with historical: true" });
}

function planChoices(
  content: OrderContent,
  channel: ChannelEntry,
  network: NetworkDirectory,
  faults: Fault[],
): Map<string, PlannedChoice> {
  const choices = new Map<string, PlannedChoice>();
  content.fulfillmentChoices.forEach((choice, index) => {
    const place = `/fulfillmentChoices/${index}`;
    if (choices.has(choice.id)) faults.push({ pointer: `${place}/id`, message: "is used by another choice" });
    const location = choice.location === null ? undefined : network.locationByCode(choice.location);
    if (choice.method === "pickup") {
      if (choice.location === null) faults.push({ pointer: `${place}/location`, message: "is required for pickup" });
      else if (location === undefined || !channel.locationSet.has(location.id))
        faults.push({ pointer: `${place}/location`, message: "is not a location of the channel's network" });
    } else {
      if (choice.location !== null) faults.push({ pointer: `${place}/location`, message: "is only for pickup" });
      if (choice.address === null) faults.push({ pointer: `${place}/address`, message: "is required for delivery" });
    }
    if (choice.notBefore !== null && choice.notAfter !== null && choice.notBefore > choice.notAfter) {
      faults.push({ pointer: `${place}/notAfter`, message: "is before notBefore" });
    }
    choices.set(choice.id, {
      number: index + 1,
      method: choice.method,
      locationId: location?.id ?? null,
      latitude: typeof choice.address?.["latitude"] === "number" ? choice.address["latitude"] : null,
      longitude: typeof choice.address?.["longitude"] === "number" ? choice.address["longitude"] : null,
      notBefore: choice.notBefore,
      notAfter: choice.notAfter,
    });
  });
  return choices;
}

function planLines(
  input: CaptureOrderInput,
  content: OrderContent,
  choices: ReadonlyMap<string, PlannedChoice>,
  skus: ReadonlyMap<string, SkuEntry>,
  network: NetworkDirectory,
  faults: Fault[],
): PlannedLine[] {
  if (input.lines.length === 0 && !content.historical)
    faults.push({ pointer: "/lines", message: "must have at least one line" });
  const lines: PlannedLine[] = [];
  const numbers = new Set<number>();
  input.lines.forEach((line, index) => {
    const place = `/lines/${index}`;
    const number = line.lineNumber ?? index + 1;
    if (numbers.has(number)) faults.push({ pointer: `${place}/lineNumber`, message: "is used by another line" });
    numbers.add(number);
    const sku = skus.get(line.sku);
    if (sku === undefined || (!sku.active && !content.historical))
      faults.push({ pointer: `${place}/sku`, message: UNKNOWN_SKU });
    const choice = choices.get(line.fulfillmentChoice ?? content.fulfillmentChoices[0]?.id ?? "");
    if (choice === undefined)
      faults.push({ pointer: `${place}/fulfillmentChoice`, message: "names no fulfillment choice of this order" });
    const pinned = line.location === undefined ? null : network.locationByCode(line.location);
    if (pinned === undefined) faults.push({ pointer: `${place}/location`, message: "is not a location" });
    if (sku !== undefined && choice !== undefined && pinned !== undefined) {
      lines.push({
        number,
        place: index,
        sku,
        quantity: line.quantity,
        unitPrice: line.unitPrice,
        attributes: line.attributes ?? null,
        choice,
        onlyLocationId: pinned?.id ?? (choice.method === "pickup" ? choice.locationId : null),
        pinned: pinned !== null,
      });
    }
  });
  return lines.sort((one, other) => one.number - other.number);
}

function checkCharges(content: OrderContent, faults: Fault[]): void {
  const numbers = new Set(content.lines.map((line) => line.lineNumber));
  content.charges.forEach((charge, index) => {
    if (charge.line !== null && !numbers.has(charge.line))
      faults.push({ pointer: `/charges/${index}/line`, message: "is not a line of this order" });
  });
  if (content.lines.some((line) => line.quantity * line.unitPrice > MAX_SAFE_AMOUNT)) {
    faults.push({ pointer: "/lines", message: "a line's amount is larger than can be kept exactly" });
  }
}

function contradictionsOf(content: OrderContent, grandTotal: number, tenderTotal: number): Contradiction[] {
  const found: Contradiction[] = [];
  if (content.lines.length === 0) {
    found.push({ kind: "orderWithoutLines", reason: "The order came without lines.", details: { tenderTotal } });
  }
  if (content.tenders.length > 0 && tenderTotal !== grandTotal) {
    found.push({
      kind: "paymentMismatch",
      reason: "Payments differ from the order's total.",
      details: { grandTotal, tenderTotal, currency: content.currency },
    });
  }
  return found;
}

import type { Principal } from "../../platform/http/route.ts";
import { common, Refusal } from "../../platform/refusals.ts";
import { credibleTime } from "../credible-time.ts";
import { inventory } from "../refusals.ts";
import { placeOf, type Places } from "../understand-facts.ts";
import type { SupplyCommand, SupplyTarget } from "./change-supplies.ts";
import type { SupplyName } from "./lock-supplies.ts";
import type { SupplyAnnouncementInput, SupplyCancellationInput, SupplyReceiptInput } from "./supply-schemas.ts";

type Understood = SupplyCommand | Refusal;

export async function understandAnnouncements(
  places: Places,
  principal: Principal,
  items: readonly SupplyAnnouncementInput[],
): Promise<Understood[]> {
  const skus = await places.skus.resolve(items.map((item) => item.sku));
  return items.map((item): Understood => {
    const place = placeOf(places.network, skus, principal, item);
    if (place instanceof Refusal) return place;
    const { kind, reference, line, expectedOn, quantity, confidence = null, supplier = null, reason = null } = item;
    return {
      do: "announce",
      name: { kind, reference, line },
      ...place,
      expectedOn,
      quantity,
      confidence,
      supplier,
      reason,
    };
  });
}

export function understandReceipt(item: SupplyReceiptInput, now: Date): Understood {
  const target = targetOf(item);
  if (target instanceof Refusal) return target;
  const { quantity, damaged = 0, complete = false, reason = null } = item;
  if (damaged > quantity) return invalid("/damaged", "is more than has come");
  const occurredAt = item.occurredAt === undefined ? now : credibleTime(item.occurredAt, now, "/occurredAt");
  if ("message" in occurredAt) return inventory.refuse("badTime", { faults: [occurredAt] });
  return { do: "receive", target, quantity, damaged, complete, occurredAt, reason };
}

export function understandCancellation(item: SupplyCancellationInput): Understood {
  const target = targetOf(item);
  if (target instanceof Refusal) return target;
  return { do: "cancel", target, quantity: item.quantity ?? null, reason: item.reason };
}

function targetOf({ id, kind, reference, line }: { id?: string } & Partial<SupplyName>): SupplyTarget | Refusal {
  const parts = [kind, reference, line];
  if (id !== undefined && parts.every((part) => part === undefined)) return { id };
  if (id === undefined && kind !== undefined && reference !== undefined && line !== undefined)
    return { name: { kind, reference, line } };
  return invalid("", "must name the supply by its id, or by kind, reference and line");
}

function invalid(pointer: string, message: string): Refusal {
  return common.refuse("invalidInput", { message: `${pointer || "It"} ${message}`, faults: [{ pointer, message }] });
}

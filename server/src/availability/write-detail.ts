import type { NetworkDirectory } from "../network/public.ts";
import type { Principal } from "../platform/http/route.ts";
import { type DatedQuestion, quantitiesOn, totalsOn } from "./dated-quantities.ts";

/**
 * Writes what one question wants to know of each SKU beside its sum: locations, days. As text at once: 500 SKUs × 50
 * locations × 4 days are 125,000 quantities, of which few differ; as objects that are serialized they took 280 ms, all of
 * it in one turn of the event loop.
 */
export class DetailWriter {
  readonly #network: NetworkDirectory;
  readonly #principal: Principal;
  readonly #locations: boolean;
  readonly #days: readonly string[];
  /** What stands before the quantity of a location, by its ID; null: the caller does not see it. */
  readonly #heads = new Map<number, string | null>();
  /** `"dates":[…]` of a place where all days have the same quantity. */
  readonly #constant = new Map<number, string>();

  constructor(
    { locations, dates }: { locations: boolean; dates: readonly string[] },
    network: NetworkDirectory,
    principal: Principal,
  ) {
    this.#locations = locations;
    this.#days = dates;
    this.#network = network;
    this.#principal = principal;
  }

  /** `item` is the JSON of the SKU without detail. */
  itemOf(item: string, asked: DatedQuestion): string {
    const places = quantitiesOn(asked);
    const pieces = [item.slice(0, -1)];
    if (this.#days.length > 0) pieces.push(",", this.#datesOf(totalsOn(asked, places)));
    if (this.#locations) {
      pieces.push(',"locations":[');
      let separator = "";
      for (const { locationId, now, quantities } of places) {
        const head = this.#headOf(locationId);
        if (head === null) continue;
        pieces.push(separator, head, String(now));
        if (this.#days.length > 0) pieces.push(",", this.#datesOf(quantities));
        separator = "},";
      }
      pieces.push(separator === "" ? "]" : "}]");
    }
    pieces.push("}");
    return pieces.join("");
  }

  #headOf(locationId: number): string | null {
    let head = this.#heads.get(locationId);
    if (head === undefined) {
      const code = this.#network.locationById(locationId)?.code;
      const isSeen = code !== undefined && this.#principal.locationCodes?.has(code) !== false;
      head = isSeen ? `{"location":${JSON.stringify(code)},"quantity":` : null;
      this.#heads.set(locationId, head);
    }
    return head;
  }

  #datesOf(quantities: readonly number[]): string {
    const [first] = quantities;
    if (quantities.some((quantity) => quantity !== first)) return this.#writeDates(quantities);
    let text = this.#constant.get(first!);
    if (text === undefined) this.#constant.set(first!, (text = this.#writeDates(quantities)));
    return text;
  }

  #writeDates(quantities: readonly number[]): string {
    const dates = quantities.map((quantity, day) => `{"date":"${this.#days[day]}","quantity":${quantity}}`);
    return `"dates":[${dates.join(",")}]`;
  }
}

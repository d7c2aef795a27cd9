import type { SkuEntry } from "../catalog/public.ts";
import type { ChannelEntry } from "../network/public.ts";
import type { ControlSet } from "./controls/control-set.ts";
import { UnitsWithinQuotas } from "./quotas/units-within-quotas.ts";
import type { SkuStock, StockWatcher } from "./sku-stock.ts";

export interface AnsweredChannel {
  readonly entry: ChannelEntry;
  /** Its place in the items of each answer. */
  readonly number: number;
  /** What stands before the time in each of its answers. */
  readonly head: string;
  /** What is kept back from it. */
  readonly controls: ControlSet;
}

const NO_ITEMS: readonly (string | undefined)[] = [];

/**
 * What is answered of one SKU in memory: per channel, the JSON that goes out, kept until the stock changes. It is told in
 * the moment of the change, so what it has is true.
 */
export class Answer implements StockWatcher {
  readonly sku: SkuEntry;
  readonly stock: SkuStock;
  readonly #onGone: (answer: Answer) => void;
  #items: (string | undefined)[] = NO_ITEMS as string[];

  constructor(sku: SkuEntry, stock: SkuStock, onGone: (answer: Answer) => void) {
    this.sku = sku;
    this.stock = stock;
    this.#onGone = onGone;
    stock.watcher = this;
  }

  itemIn(channel: AnsweredChannel): string {
    return this.#items[channel.number] ?? this.#write(channel);
  }

  /** As long as needed and no longer: left to grow by itself, an array takes room for 17 channels at once. */
  #write(channel: AnsweredChannel): string {
    const { number } = channel;
    if (number >= this.#items.length) {
      const longer = new Array<string | undefined>(number + 1);
      for (const [place, item] of this.#items.entries()) longer[place] = item;
      this.#items = longer;
    }
    return (this.#items[number] = itemOf(this.sku, this.stock, channel));
  }

  /** All items have to be written anew: the stock has changed, or what the channels serve and may promise. */
  stockChanged(): void {
    this.#items = NO_ITEMS as string[];
  }

  /** Memory has let go of the SKU: it is read anew before it is answered again. */
  stockGone(): void {
    this.#onGone(this);
  }
}

export type Label = "in_stock" | "low_stock" | "out_of_stock";

/** What a channel can promise of a SKU, and the word for it on product pages. */
export function quantityOf(sku: SkuEntry, stock: SkuStock, channel: ChannelEntry, controls: ControlSet): number {
  return sku.active ? promisableIn(sku, stock, channel, controls) : 0;
}

export function labelOf(quantity: number, { lowStockAt }: ChannelEntry): Label {
  if (quantity === 0) return "out_of_stock";
  return quantity <= lowStockAt ? "low_stock" : "in_stock";
}

function itemOf(sku: SkuEntry, stock: SkuStock, { entry: channel, controls }: AnsweredChannel): string {
  const quantity = quantityOf(sku, stock, channel, controls);
  const label = labelOf(quantity, channel);
  // Joined, not concatenated: that would keep a tree of pieces, which takes four times the room.
  return ['{"sku":', JSON.stringify(sku.code), ',"quantity":', quantity, ',"label":"', label, '"}'].join("");
}

function promisableIn(sku: SkuEntry, stock: SkuStock, channel: ChannelEntry, controls: ControlSet): number {
  const terms = controls.of(sku, channel);
  const capped = terms.quotas.length === 0 ? null : new UnitsWithinQuotas(terms);
  let quantity = 0;
  for (let index = 0; index < stock.count; index++) {
    const free = stock.freeAt(index);
    if (free <= 0) continue;
    const locationId = stock.locationAt(index);
    if (!channel.locationSet.has(locationId)) continue;
    const promisable = terms.promisable(locationId, free);
    if (capped === null) quantity += promisable;
    else capped.add(locationId, promisable);
  }
  return capped === null ? quantity : capped.total(sku.id, channel.id, (quota) => stock.usedOf(quota));
}

import type { SkuDirectory, SkuEntry } from "../catalog/public.ts";
import type { ChannelEntry, NetworkDirectory } from "../network/public.ts";
import type { Principal } from "../platform/http/route.ts";
import { common, type Refusal } from "../platform/refusals.ts";
import type { MemoryIndex } from "./availability-index.ts";
import { availability } from "./refusals.ts";
import type { SkuStock, StockWatcher } from "./sku-stock.ts";

export const MAX_SKUS = 500;
/** One call in so many marks its SKUs as in use: enough to tell those that nobody asks for, and it halves the look-ups. */
const MARKING_CALLS = 16;

export interface AvailabilityQuestion {
  channel: string;
  skus: readonly string[];
  /** With the quantity of each location. */
  locations: boolean;
}

export interface AnswerDependencies {
  index: MemoryIndex;
  skus: SkuDirectory;
  network: NetworkDirectory;
}

interface Channel {
  entry: ChannelEntry;
  /** What stands before the time in each of its answers. */
  head: string;
  /** By SKU code: its item as the JSON that goes out. What is here is true: a change takes it out. */
  items: Map<string, string>;
}

/** One SKU in memory that has been asked for. */
class Answer implements StockWatcher {
  readonly sku: SkuEntry;
  readonly stock: SkuStock;
  readonly #owner: AvailabilityAnswers;
  #written = false;

  constructor(sku: SkuEntry, stock: SkuStock, owner: AvailabilityAnswers) {
    this.sku = sku;
    this.stock = stock;
    this.#owner = owner;
    stock.watcher = this;
  }

  itemFor(channel: Channel): string {
    const item = itemOf(this.sku, this.stock, channel.entry);
    channel.items.set(this.sku.code, item);
    this.#written = true;
    return item;
  }

  stockChanged(): void {
    if (this.#written) this.#owner.dropItems(this.sku.code);
    this.#written = false;
  }

  stockGone(): void {
    this.#owner.forgetAnswer(this);
  }
}

/**
 * Answers what can be promised now. A SKU's item is kept, per channel, as the JSON that goes out until its stock
 * changes: a call for 50 SKUs is then 50 look-ups and a join (5 µs) where adding up and serializing took 60 µs.
 */
export class AvailabilityAnswers {
  readonly #index: MemoryIndex;
  readonly #skus: SkuDirectory;
  readonly #network: NetworkDirectory;
  readonly #answers = new Map<string, Answer>();
  readonly #channels = new Map<string, Channel>();
  #networkVersion = -1;
  #calls = 0;
  /** Counts what the catalog had to forget: a SKU that was read before is answered, but not kept. */
  #forgotten = 0;
  #asOf = new Date(Number.NaN);
  #asOfText = "";

  constructor({ index, skus, network }: AnswerDependencies) {
    this.#index = index;
    this.#skus = skus;
    this.#network = network;
    skus.onForgotten((codes) => this.#forget(codes));
  }

  /** The body of the answer; a promise only while something must be read from the database. */
  answer(question: AvailabilityQuestion, principal: Principal): string | Promise<string> {
    const codes = question.skus;
    if (codes.length > MAX_SKUS) throw tooManySkus();
    const channel = this.#channelFor(question.channel, principal);
    if (question.locations) return this.#answerByLocation(channel, codes, principal);
    if (this.#calls++ % MARKING_CALLS === 0) this.#markUsed(codes);
    const items = this.#itemsInMemory(channel, codes);
    return items === null ? this.#answerAfterReading(channel, codes) : this.#body(channel, items);
  }

  /** The answer without locations when all of it lies in memory; codes that were never checked are not there. */
  answerAtOnce(channelCode: string, codes: readonly string[], principal: Principal): string | null {
    if (codes.length > MAX_SKUS || this.#networkVersion !== this.#network.version) return null;
    const channel = this.#channels.get(channelCode);
    if (channel === undefined || principal.channelCodes?.has(channelCode) === false) return null;
    if (this.#calls++ % MARKING_CALLS === 0) this.#markUsed(codes);
    const items = this.#itemsInMemory(channel, codes);
    return items === null ? null : this.#body(channel, items);
  }

  /** Null when one of them is not in memory. */
  #itemsInMemory(channel: Channel, codes: readonly string[]): string[] | null {
    const items: string[] = [];
    for (const code of codes) {
      const item = channel.items.get(code) ?? this.#answers.get(code)?.itemFor(channel);
      if (item === undefined) return null;
      items.push(item);
    }
    return items;
  }

  async #answerAfterReading(channel: Channel, codes: readonly string[]): Promise<string> {
    const answers = await this.#find(codes);
    const items = codes.map((code) => answers.get(code)?.itemFor(channel) ?? unknownItem(code));
    return this.#body(channel, items);
  }

  async #answerByLocation(channel: Channel, codes: readonly string[], principal: Principal): Promise<string> {
    const answers = await this.#find(codes);
    const items = codes.map((code) => {
      const answer = answers.get(code);
      if (answer === undefined) return unknownItem(code);
      const locations = JSON.stringify(this.#locationsOf(answer, channel, principal));
      return `${answer.itemFor(channel).slice(0, -1)},"locations":${locations}}`;
    });
    return this.#body(channel, items);
  }

  /** Takes at least one item, and the list with it: text that is joined once is copied once. */
  #body(channel: Channel, items: string[]): string {
    const asOf = this.#index.asOf;
    if (asOf !== this.#asOf) {
      this.#asOf = asOf;
      this.#asOfText = asOf.toISOString();
    }
    items[0] = `${channel.head}${this.#asOfText}","items":[${items[0]}`;
    items[items.length - 1] += "]}";
    return items.join(",");
  }

  /** Locations with units, in the order of their IDs; those that the caller may not see are left out. */
  #locationsOf({ sku, stock }: Answer, { entry }: Channel, { locationCodes }: Principal): LocationQuantity[] {
    const quantities: LocationQuantity[] = [];
    if (!sku.active) return quantities;
    for (let index = 0; index < stock.count; index++) {
      const quantity = stock.freeAt(index);
      if (quantity <= 0 || !entry.locationSet.has(stock.locationAt(index))) continue;
      const location = this.#network.locationById(stock.locationAt(index));
      if (location === undefined || locationCodes?.has(location.code) === false) continue;
      quantities.push({ location: location.code, quantity });
    }
    return quantities;
  }

  #markUsed(codes: readonly string[]): void {
    for (const code of codes) {
      const answer = this.#answers.get(code);
      if (answer !== undefined) answer.stock.used = true;
    }
  }

  #channelFor(code: string, principal: Principal): Channel {
    if (this.#networkVersion !== this.#network.version) this.#forgetNetwork();
    const channel = this.#channels.get(code) ?? this.#openChannel(code);
    if (channel === null || principal.channelCodes?.has(code) === false) throw unknownChannel(code);
    return channel;
  }

  #openChannel(code: string): Channel | null {
    const entry = this.#network.channelByCode(code);
    if (entry === undefined || !entry.active) return null;
    const channel = { entry, head: `{"channel":${JSON.stringify(code)},"asOf":"`, items: new Map<string, string>() };
    this.#channels.set(code, channel);
    return channel;
  }

  /** Which locations serve a channel, and what is low there, may have changed: all items are written anew. */
  #forgetNetwork(): void {
    this.#networkVersion = this.#network.version;
    this.#channels.clear();
  }

  /** The SKU has changed in the catalog; null: any may have. */
  #forget(codes: readonly string[] | null): void {
    this.#forgotten++;
    for (const code of codes ?? [...this.#answers.keys()]) {
      this.#answers.delete(code);
      this.dropItems(code);
    }
  }

  dropItems(code: string): void {
    for (const { items } of this.#channels.values()) items.delete(code);
  }

  forgetAnswer(answer: Answer): void {
    const code = answer.sku.code;
    if (this.#answers.get(code) !== answer) return;
    this.#answers.delete(code);
    this.dropItems(code);
  }

  async #find(codes: readonly string[]): Promise<Map<string, Answer>> {
    const before = this.#forgotten;
    const entries = await this.#skus.resolve(codes);
    await this.#index.ensure([...entries.values()].map(({ id }) => id));
    // Nothing that was read before a change of the catalog may be kept.
    if (before !== this.#forgotten) return await this.#find(codes);
    const answers = new Map<string, Answer>();
    for (const [code, sku] of entries) {
      let answer = this.#answers.get(code);
      if (answer === undefined) {
        answer = new Answer(sku, this.#index.positionsOf(sku.id)!, this);
        this.#answers.set(code, answer);
      }
      answers.set(code, answer);
    }
    return answers;
  }
}

interface LocationQuantity {
  location: string;
  quantity: number;
}

function itemOf(sku: SkuEntry, stock: SkuStock, channel: ChannelEntry): string {
  let quantity = 0;
  for (let index = 0; sku.active && index < stock.count; index++) {
    const free = stock.freeAt(index);
    if (free > 0 && channel.locationSet.has(stock.locationAt(index))) quantity += free;
  }
  const label = quantity === 0 ? "out_of_stock" : quantity <= channel.lowStockAt ? "low_stock" : "in_stock";
  // Joined, not concatenated: that would keep a tree of pieces, which takes four times the room.
  return ['{"sku":', JSON.stringify(sku.code), ',"quantity":', quantity, ',"label":"', label, '"}'].join("");
}

function unknownItem(code: string): string {
  return `{"sku":${JSON.stringify(code)},"quantity":0,"label":"unknown"}`;
}

function unknownChannel(code: string): Refusal {
  const message = `There is no channel ${code} that takes orders, or you may not see it.`;
  return availability.refuse("unknownChannel", { message });
}

function tooManySkus(): Refusal {
  const message = `must name at most ${MAX_SKUS} SKUs`;
  return common.refuse("invalidInput", { message: `?skus: ${message}`, faults: [{ pointer: "?skus", message }] });
}

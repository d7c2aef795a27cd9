import type { SkuDirectory } from "../catalog/public.ts";
import type { NetworkDirectory } from "../network/public.ts";
import type { Clock } from "../platform/clock.ts";
import type { Principal } from "../platform/http/route.ts";
import { inTurns } from "../platform/in-turns.ts";
import { common, type Refusal } from "../platform/refusals.ts";
import type { MemoryIndex } from "./availability-index.ts";
import { Answer, type AnsweredChannel } from "./answer.ts";
import { AskedLists } from "./asked-lists.ts";
import type { ControlSet } from "./controls/control-set.ts";
import type { ControlsInForce } from "./controls/controls-in-force.ts";
import { todayAt } from "./today-at.ts";
import { DetailWriter } from "./write-detail.ts";
import { availability } from "./refusals.ts";

export const MAX_SKUS = 500;
export const MAX_DATES = 31;
/** One call in so many marks its SKUs as in use: enough to tell those that nobody asks for, and it halves the look-ups. */
const MARKING_CALLS = 16;

export interface AvailabilityQuestion {
  channel: string;
  skus: readonly string[];
  /** With the quantity of each location. */
  locations: boolean;
  /** Days, by the calendar of each location, for which it is asked as well. */
  dates: readonly string[];
}

export interface AnswerDependencies {
  clock: Clock;
  index: MemoryIndex;
  skus: SkuDirectory;
  network: NetworkDirectory;
  controls: ControlsInForce;
}

/** 16 MiB hold some 15,000 lists of 50 codes. */
const LISTS_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Answers what can be promised now. A SKU's item is kept, per channel, as the JSON that goes out until its stock
 * changes: a call for 50 SKUs is then a look-up of the list and a join where adding up and serializing took 60 µs.
 */
export class AvailabilityAnswers {
  readonly #index: MemoryIndex;
  readonly #skus: SkuDirectory;
  readonly #network: NetworkDirectory;
  readonly #controls: ControlsInForce;
  readonly #clock: Clock;
  readonly #answers = new Map<string, Answer>();
  readonly #lists = new AskedLists(LISTS_LIMIT_BYTES);
  readonly #channels = new Map<string, AnsweredChannel>();
  /** What the channels and items are made with; another one when the network has changed as well. */
  #controlSet: ControlSet | null = null;
  #calls = 0;
  /** Counts what the catalog had to forget: a SKU that was read before is answered, but not kept. */
  #forgotten = 0;
  #asOf = new Date(Number.NaN);
  #asOfText = "";

  constructor({ clock, index, skus, network, controls }: AnswerDependencies) {
    this.#clock = clock;
    this.#index = index;
    this.#skus = skus;
    this.#network = network;
    this.#controls = controls;
    skus.onForgotten((codes) => this.#forget(codes));
  }

  /** The body of the answer; a promise only while something must be read from the database. */
  answer(question: AvailabilityQuestion, principal: Principal): string | Promise<string> {
    const codes = question.skus;
    if (codes.length > MAX_SKUS) throw tooManySkus();
    const channel = this.#channelFor(question.channel, principal);
    if (question.dates.length > 0 || question.locations) return this.#answerInDetail(question, principal);
    const answers = this.#answersInMemory(codes);
    if (answers === null) return this.#answerAfterReading(question, principal);
    return this.#body(channel, this.#itemsOf(answers, channel));
  }

  /** The answer, without locations, when all of it lies in memory. Codes, separated by commas, that were never checked are not there. */
  answerAtOnce(channelCode: string, skus: string, principal: Principal): string | null {
    if (this.#controlSet !== this.#controls.current) return null;
    const channel = this.#channels.get(channelCode);
    if (channel === undefined || principal.channelCodes?.has(channelCode) === false) return null;
    const answers = this.#lists.get(skus) ?? this.#understand(skus);
    return answers === null ? null : this.#body(channel, this.#itemsOf(answers, channel));
  }

  #understand(skus: string): Answer[] | null {
    const codes = skus.split(",");
    if (codes.length > MAX_SKUS) return null;
    const answers = this.#answersInMemory(codes);
    if (answers !== null && answers.length > 1) this.#lists.put(skus, answers);
    return answers;
  }

  /** Null when one of them is not in memory. */
  #answersInMemory(codes: readonly string[]): Answer[] | null {
    const answers: Answer[] = [];
    for (const code of codes) {
      const answer = this.#answers.get(code);
      if (answer === undefined) return null;
      answers.push(answer);
    }
    return answers;
  }

  #itemsOf(answers: readonly Answer[], channel: AnsweredChannel): string[] {
    const marks = this.#calls++ % MARKING_CALLS === 0;
    const items: string[] = [];
    for (const answer of answers) {
      if (marks) answer.stock.used = true;
      items.push(answer.itemIn(channel));
    }
    return items;
  }

  /** The network may change while something is read: channels are looked up after that. */
  async #answerAfterReading({ channel: code, skus }: AvailabilityQuestion, principal: Principal): Promise<string> {
    const answers = await this.#find(skus);
    const channel = this.#channelFor(code, principal);
    const items = skus.map((sku) => answers.get(sku)?.itemIn(channel) ?? unknownItem(sku));
    return this.#body(channel, items);
  }

  /** Each SKU is of one moment, and none of them of before `asOf`: while one is written, others' answers may go out. */
  async #answerInDetail(question: AvailabilityQuestion, principal: Principal): Promise<string> {
    const answers = await this.#find(question.skus);
    const channel = this.#channelFor(question.channel, principal);
    const asOf = this.#asOfNow();
    const writer = new DetailWriter(question, this.#network, principal);
    const today = todayAt(this.#network, this.#clock.now());
    const items: string[] = [];
    await inTurns(question.skus, (code) => {
      const answer = answers.get(code);
      if (answer === undefined) return void items.push(unknownItem(code));
      const { sku, stock } = answer;
      const { entry, controls } = channel;
      const asked = { sku, stock, channel: entry, controls, days: question.dates, todayAt: today };
      items.push(writer.itemOf(answer.itemIn(channel), asked));
    });
    return bodyOf(channel, asOf, items);
  }

  #body(channel: AnsweredChannel, items: string[]): string {
    return bodyOf(channel, this.#asOfNow(), items);
  }

  #asOfNow(): string {
    const asOf = this.#index.asOf;
    if (asOf !== this.#asOf) {
      this.#asOf = asOf;
      this.#asOfText = asOf.toISOString();
    }
    return this.#asOfText;
  }

  #channelFor(code: string, principal: Principal): AnsweredChannel {
    const controls = this.#controls.current;
    if (this.#controlSet !== controls) this.#beginWith(controls);
    const channel = this.#channels.get(code) ?? this.#openChannel(code, controls);
    if (channel === null || principal.channelCodes?.has(code) === false) throw unknownChannel(code);
    return channel;
  }

  #openChannel(code: string, controls: ControlSet): AnsweredChannel | null {
    const entry = this.#network.channelByCode(code);
    if (entry === undefined || !entry.active) return null;
    const head = `{"channel":${JSON.stringify(code)},"asOf":"`;
    const channel = { entry, number: this.#channels.size, head, controls };
    this.#channels.set(code, channel);
    return channel;
  }

  /** Which locations serve a channel, what is low there and what is kept back from it may have changed. */
  #beginWith(controls: ControlSet): void {
    this.#controlSet = controls;
    this.#channels.clear();
    for (const answer of this.#answers.values()) answer.stockChanged();
  }

  /** The SKU has changed in the catalog; null: any may have. */
  #forget(codes: readonly string[] | null): void {
    this.#forgotten++;
    this.#lists.clear();
    for (const code of codes ?? [...this.#answers.keys()]) this.#answers.delete(code);
  }

  readonly #forgetAnswer = (answer: Answer): void => {
    // Lists would keep it, and its stock, in memory that was wanted for others.
    this.#lists.clear();
    if (this.#answers.get(answer.sku.code) === answer) this.#answers.delete(answer.sku.code);
  };

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
        answer = new Answer(sku, this.#index.positionsOf(sku.id)!, this.#forgetAnswer);
        this.#answers.set(code, answer);
      }
      answers.set(code, answer);
    }
    return answers;
  }
}

/** Takes at least one item, and the list with it: text that is joined once is copied once. */
function bodyOf(channel: AnsweredChannel, asOf: string, items: string[]): string {
  items[0] = `${channel.head}${asOf}","items":[${items[0]}`;
  items[items.length - 1] += "]}";
  return items.join(",");
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

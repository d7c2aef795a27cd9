import type { Control } from "../controls/control.ts";

/** A rule that caps what a channel sells of a SKU, in the period that is on now. */
export interface QuotaRule {
  readonly control: Control;
  /** The most that each channel may sell of each SKU in the period. */
  readonly units: number;
  /** As it is stored: a date of the rule's time zone, or the whole time that the rule holds. */
  readonly period: string;
  /** When another period begins; null: never. */
  readonly endsAt: Date | null;
}

/** The counter of what a channel has sold of a SKU under a rule in a period. */
export interface QuotaKey {
  readonly skuId: number;
  readonly channelId: number;
  /** The rule's name. */
  readonly rule: string;
  readonly period: string;
}

/** A counter with its limit. */
export interface Quota extends QuotaKey {
  readonly units: number;
  readonly endsAt: Date | null;
}

/** A counter as the database has it. */
export interface QuotaCounter extends QuotaKey {
  readonly id: number;
  readonly used: number;
  /** Grows by one with every use. */
  readonly version: number;
}

/** Units that are counted in a quota, by the ID of its counter. */
export interface CountedUnits {
  readonly id: number;
  readonly units: number;
}

/** Units that have been used of a quota, as far as whoever asks knows. */
export type UsedOf = (quota: QuotaKey) => number;

export function quotaOf(rule: QuotaRule, skuId: number, channelId: number): Quota {
  const { control, units, period, endsAt } = rule;
  return { skuId, channelId, rule: control.name, period, units, endsAt };
}

/** One text for a counter, for maps. A rule's name comes last, because it may be any text. */
export function quotaKeyOf({ skuId, channelId, period, rule }: QuotaKey): string {
  return `${skuId}/${channelId}/${period}/${rule}`;
}

/** What is left of quotas while several orders take from them in turn. */
export class QuotaRoom {
  readonly #used: UsedOf;
  readonly #taken: Map<string, number>;

  constructor(used: UsedOf, taken: ReadonlyMap<string, number> = new Map()) {
    this.#used = used;
    this.#taken = new Map(taken);
  }

  left(quota: Quota): number {
    return Math.max(0, quota.units - this.#used(quota) - (this.#taken.get(quotaKeyOf(quota)) ?? 0));
  }

  /** Negative units are given back. */
  take(quota: QuotaKey, units: number): void {
    const key = quotaKeyOf(quota);
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + units);
  }

  /** What is taken from a copy is not taken here. */
  copy(): QuotaRoom {
    return new QuotaRoom(this.#used, this.#taken);
  }
}

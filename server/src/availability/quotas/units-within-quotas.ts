import type { ChannelTerms } from "../controls/control-set.ts";
import { type QuotaRule, quotaOf, type UsedOf } from "./quota.ts";

/** Units of a SKU that a channel may promise at several locations together: under one quota no more than is left of it. */
export class UnitsWithinQuotas {
  readonly #terms: ChannelTerms;
  readonly #capped = new Map<QuotaRule, number>();
  #free = 0;

  constructor(terms: ChannelTerms) {
    this.#terms = terms;
  }

  add(locationId: number, promisable: number): void {
    const rule = this.#terms.at(locationId)?.quota ?? null;
    if (rule === null) this.#free += promisable;
    else this.#capped.set(rule, (this.#capped.get(rule) ?? 0) + promisable);
  }

  total(skuId: number, channelId: number, used: UsedOf): number {
    let units = this.#free;
    for (const [rule, sum] of this.#capped) units += Math.min(sum, leftOf(rule, skuId, channelId, used));
    return units;
  }
}

/** Units that a channel may still sell of a SKU in the rule's period. */
export function leftOf(rule: QuotaRule, skuId: number, channelId: number, used: UsedOf): number {
  return Math.max(0, rule.units - used(quotaOf(rule, skuId, channelId)));
}

import { createHash } from "node:crypto";
import type { ChannelEntry, NetworkDirectory } from "../../network/public.ts";
import type { ControlSet } from "../controls/control-set.ts";
import type { FeedSettings } from "./feed-document.ts";

/**
 * What besides stock and the SKU itself decides a channel's answers: the rules in effect, the periods of quotas, the
 * channel's locations, and from which difference on it is told. Where it is another one, any answer may be.
 */
export class FeedFingerprints {
  readonly #network: NetworkDirectory;
  #controls: ControlSet | null = null;
  #networkVersion = Number.NaN;
  #rules = "";
  readonly #known = new Map<number, { feed: FeedSettings; hash: string }>();

  constructor(network: NetworkDirectory) {
    this.#network = network;
  }

  /** `feed`: of it, what decides which of them are told. */
  of(channel: ChannelEntry, controls: ControlSet, feed: FeedSettings): string {
    if (this.#controls !== controls || this.#networkVersion !== this.#network.version) {
      if (this.#controls !== controls) this.#rules = hashOf(controls.inEffect);
      [this.#controls, this.#networkVersion] = [controls, this.#network.version];
      this.#known.clear();
    }
    let known = this.#known.get(channel.id);
    if (known?.feed !== feed) {
      const { levels, minimumUnits, minimumPercent } = feed;
      known = { feed, hash: hashOf([this.#rules, this.#factsOf(channel), levels, minimumUnits, minimumPercent]) };
      this.#known.set(channel.id, known);
    }
    return known.hash;
  }

  #factsOf({ active, lowStockAt, market, locationIds }: ChannelEntry): unknown {
    const places = locationIds.map((id) => {
      const location = this.#network.locationById(id);
      return [id, location?.code, location?.type, location?.groups];
    });
    return [active, lowStockAt, market, places];
  }
}

function hashOf(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("base64url");
}

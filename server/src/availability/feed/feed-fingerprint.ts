import { createHash } from "node:crypto";
import type { ChannelEntry, NetworkDirectory } from "../../network/public.ts";
import type { ControlSet } from "../controls/control-set.ts";

/**
 * What besides stock and the SKU itself decides a channel's answers: the rules in effect, the periods of quotas, and the
 * channel's locations. Where it is another one, any answer may be.
 */
export class FeedFingerprints {
  readonly #network: NetworkDirectory;
  #controls: ControlSet | null = null;
  #networkVersion = Number.NaN;
  #rules = "";
  readonly #known = new Map<number, string>();

  constructor(network: NetworkDirectory) {
    this.#network = network;
  }

  of(channel: ChannelEntry, controls: ControlSet): string {
    if (this.#controls !== controls || this.#networkVersion !== this.#network.version) {
      if (this.#controls !== controls) this.#rules = hashOf(controls.inEffect);
      [this.#controls, this.#networkVersion] = [controls, this.#network.version];
      this.#known.clear();
    }
    let known = this.#known.get(channel.id);
    if (known === undefined) this.#known.set(channel.id, (known = hashOf([this.#rules, this.#factsOf(channel)])));
    return known;
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

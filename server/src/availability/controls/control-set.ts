import type { SkuEntry } from "../../catalog/public.ts";
import type { ChannelEntry, LocationEntry, NetworkDirectory } from "../../network/public.ts";
import { asRule, type MeasuredBuffers, NO_MEASURED_BUFFERS } from "../measured/measured-buffers.ts";
import { quotaRuleAt } from "../quotas/quota-period.ts";
import type { QuotaRule } from "../quotas/quota.ts";
import type { Control, ControlScope } from "./control.ts";
import { compareVariants, type ControlVariant, variantsOf } from "./specificity.ts";
import { promisableOf, type Terms } from "./terms.ts";

/** Of a SKU in a channel: what may be promised at each of its locations. */
export interface ChannelTerms {
  /** Null: no rule is about the location. */
  at(locationId: number): Terms | null;
  /** Units that may be promised of those that are free there. */
  promisable(locationId: number, free: number): number;
  /** Quotas that may be about some location; those that are about one are in its terms. Mostly there is none. */
  readonly quotas: readonly QuotaRule[];
}

/** Nothing is kept back. */
const UNLIMITED: ChannelTerms = { at: () => null, promisable: (_, free) => Math.max(0, free), quotas: [] };

/**
 * The rules that are in effect at one moment in one network, arranged for being asked: from the SKU's code, categories
 * and attributes only those are looked at that may be about it, once for each SKU and channel. SKUs of which the same
 * rules hold share what has been found out.
 */
export class ControlSet {
  readonly isEmpty: boolean;
  readonly #network: NetworkDirectory;
  readonly #bySku = new Map<string, ControlVariant[]>();
  readonly #byCategory = new Map<string, ControlVariant[]>();
  /** By one attribute and value each; whoever names several is asked for the others after that. */
  readonly #byAttribute = new Map<string, ControlVariant[]>();
  readonly #others: ControlVariant[] = [];
  /** Entries of the catalog are replaced when they change, and what is known of them goes with them. */
  readonly #known = new WeakMap<SkuEntry, KnownSku>();
  readonly #shared = new Map<string, ChannelTerms>();
  readonly #quotas: ReadonlyMap<Control, QuotaRule>;
  readonly #measured: Pick<MeasuredBuffers, "isEmpty" | "of" | "revision">;
  readonly #measuredRevision: number;
  readonly #controls: readonly Control[];

  /** Of the document that says them; 0: of none that is published. */
  readonly version: number;

  /** At that moment the rules are in effect, and quotas are in that period of theirs. */
  constructor(
    controls: readonly Control[],
    network: NetworkDirectory,
    at: Date,
    version = 0,
    measured: Pick<MeasuredBuffers, "isEmpty" | "of" | "revision"> = NO_MEASURED_BUFFERS,
  ) {
    this.version = version;
    this.#measured = measured;
    this.#measuredRevision = measured.revision;
    this.isEmpty = controls.length === 0 && measured.isEmpty;
    this.#controls = controls;
    this.#network = network;
    const quotas = controls.filter(({ effect }) => effect.type === "quota");
    this.#quotas = new Map(quotas.map((control) => [control, quotaRuleAt(control, at)]));
    for (const variant of controls.flatMap(variantsOf)) this.#arrange(variant);
  }

  /** Two sets of the same network that say the same here keep back the same. */
  get inEffect(): unknown {
    return [
      this.#controls,
      this.#measuredRevision,
      [...this.#quotas.values()].map(({ control, period }) => [control.name, period]),
    ];
  }

  get hasQuotas(): boolean {
    return this.#quotas.size > 0;
  }

  /** When a quota begins anew; null: never. */
  get nextPeriod(): Date | null {
    const ends = [...this.#quotas.values()].flatMap(({ endsAt }) => endsAt ?? []);
    return ends.length === 0 ? null : new Date(Math.min(...ends.map(Number)));
  }

  of(sku: SkuEntry, channel: ChannelEntry): ChannelTerms {
    if (this.isEmpty) return UNLIMITED;
    let known = this.#known.get(sku);
    if (known === undefined) this.#known.set(sku, (known = { variants: this.#variantsOf(sku), channels: [] }));
    // Orders that were planned earlier bring the channel as it was then; what is kept here is of the network of now.
    return (known.channels[channel.id] ??= this.#withMeasured(
      sku,
      this.#find(known.variants, this.#network.channelById(channel.id) ?? channel),
    ));
  }

  #withMeasured(sku: SkuEntry, terms: ChannelTerms): ChannelTerms {
    const buffers = this.#measured.of(sku.id);
    return buffers === undefined ? terms : new MeasuredTerms(sku, terms, buffers);
  }

  #arrange(variant: ControlVariant): void {
    const { skus, categories, attributes } = variant.scope;
    const [attribute] = Object.entries(attributes ?? {});
    if (skus !== undefined) for (const code of skus) put(this.#bySku, code, variant);
    else if (categories !== undefined) for (const path of categories) put(this.#byCategory, path, variant);
    else if (attribute !== undefined)
      for (const value of attribute[1]) put(this.#byAttribute, `${attribute[0]}=${value}`, variant);
    else this.#others.push(variant);
  }

  /** Those that are about the SKU, the most specific first. */
  #variantsOf(sku: SkuEntry): ControlVariant[] {
    return [...this.#candidates(sku)].filter(({ scope }) => isAboutSku(scope, sku)).sort(compareVariants);
  }

  #find(all: readonly ControlVariant[], channel: ChannelEntry): ChannelTerms {
    const variants = all.filter(({ scope }) => isAboutChannel(scope, channel));
    if (variants.length === 0) return UNLIMITED;
    let key = "";
    for (const { place, rank } of variants) key += `${place}:${rank} `;
    let shared = this.#shared.get(key);
    if (shared === undefined) this.#shared.set(key, (shared = new SharedTerms(variants, this.#network, this.#quotas)));
    return shared;
  }

  *#candidates(sku: SkuEntry): Iterable<ControlVariant> {
    yield* this.#bySku.get(sku.code) ?? [];
    if (this.#byCategory.size > 0)
      for (const path of categoriesOf(sku.categoryPath)) yield* this.#byCategory.get(path) ?? [];
    if (this.#byAttribute.size > 0)
      for (const [key, value] of Object.entries(attributesOf(sku)))
        yield* this.#byAttribute.get(`${key}=${String(value)}`) ?? [];
    yield* this.#others;
  }
}

interface KnownSku {
  readonly variants: readonly ControlVariant[];
  /** By the channel's ID. */
  readonly channels: (ChannelTerms | undefined)[];
}

/** What a list of rules, the most specific first, says of each location; found out when it is first asked for. */
class SharedTerms implements ChannelTerms {
  readonly #variants: readonly ControlVariant[];
  readonly #network: NetworkDirectory;
  readonly #terms = new Map<number, Terms | null>();
  readonly #rules: ReadonlyMap<Control, QuotaRule>;
  readonly quotas: readonly QuotaRule[];

  constructor(variants: readonly ControlVariant[], network: NetworkDirectory, rules: ReadonlyMap<Control, QuotaRule>) {
    this.#variants = variants;
    this.#network = network;
    this.#rules = rules;
    this.quotas = [...new Set(variants.flatMap(({ control }) => rules.get(control) ?? []))];
  }

  at(locationId: number): Terms | null {
    let terms = this.#terms.get(locationId);
    if (terms === undefined) this.#terms.set(locationId, (terms = this.#find(locationId)));
    return terms;
  }

  promisable(locationId: number, free: number): number {
    const terms = this.at(locationId);
    return terms === null ? Math.max(0, free) : promisableOf(terms, free);
  }

  #find(locationId: number): Terms | null {
    const location = this.#network.locationById(locationId);
    if (location === undefined) return null;
    return termsAt(this.#variants, location, this.#rules);
  }
}

const NOTHING_KEPT: Terms = {
  excludedBy: null,
  safetyStock: null,
  buffer: null,
  measured: null,
  minimum: null,
  quota: null,
};

/**
 * What was measured at a location holds there beside the buffers of rules that are about more than the SKU, and not where
 * one names it: what somebody has written of this very SKU is meant so.
 */
class MeasuredTerms implements ChannelTerms {
  readonly #sku: SkuEntry;
  readonly #rules: ChannelTerms;
  readonly #buffers: ReadonlyMap<number, number>;
  readonly #terms = new Map<number, Terms | null>();

  constructor(sku: SkuEntry, rules: ChannelTerms, buffers: ReadonlyMap<number, number>) {
    this.#sku = sku;
    this.#rules = rules;
    this.#buffers = buffers;
  }

  get quotas(): readonly QuotaRule[] {
    return this.#rules.quotas;
  }

  at(locationId: number): Terms | null {
    let terms = this.#terms.get(locationId);
    if (terms === undefined) this.#terms.set(locationId, (terms = this.#find(locationId)));
    return terms;
  }

  promisable(locationId: number, free: number): number {
    const terms = this.at(locationId);
    return terms === null ? Math.max(0, free) : promisableOf(terms, free);
  }

  #find(locationId: number): Terms | null {
    const terms = this.#rules.at(locationId);
    const units = this.#buffers.get(locationId);
    if (units === undefined || terms?.buffer?.scope?.skus !== undefined) return terms;
    return { ...(terms ?? NOTHING_KEPT), measured: asRule(this.#sku, units) };
  }
}

/** The first rule of each slot that is about the location, of rules that have been put in order. */
function termsAt(
  variants: readonly ControlVariant[],
  location: LocationEntry,
  quotas: ReadonlyMap<Control, QuotaRule>,
): Terms | null {
  const first = (slot: ControlVariant["slot"]): Control | null =>
    variants.find((variant) => variant.slot === slot && isAboutLocation(variant, location))?.control ?? null;
  const selling = first("selling");
  const quota = first("quota");
  const terms: Terms = {
    excludedBy: selling?.effect.type === "exclude" ? selling : null,
    safetyStock: first("safetyStock"),
    buffer: first("buffer"),
    measured: null,
    minimum: first("minimum"),
    quota: quota === null ? null : quotas.get(quota)!,
  };
  return Object.values(terms).every((one) => one === null) ? null : terms;
}

export function isAboutSku({ skus, categories, attributes }: ControlScope, sku: SkuEntry): boolean {
  if (skus !== undefined && !skus.includes(sku.code)) return false;
  if (categories !== undefined && !categoriesOf(sku.categoryPath).some((path) => categories.includes(path)))
    return false;
  if (attributes === undefined) return true;
  const known = attributesOf(sku);
  return Object.entries(attributes).every(([key, values]) => key in known && values.includes(String(known[key])));
}

export function isAboutChannel({ channels, markets }: ControlScope, { code, market }: ChannelEntry): boolean {
  return (channels?.includes(code) ?? true) && (markets?.includes(market) ?? true);
}

/**
 * Whoever keeps units back without saying where means his own stock: what vendors ship themselves has rules of its own,
 * those that name vendors, locations, types or groups (I5). What is sold where, and how much in all, is the same question
 * for both.
 */
export function isAboutLocation({ scope, slot }: ControlVariant, location: LocationEntry): boolean {
  const { vendors, locations, locationGroups, locationTypes } = scope;
  if (vendors !== undefined && !(location.type === "vendor" && vendors.includes(location.code))) return false;
  if (locations !== undefined && !locations.includes(location.code)) return false;
  if (locationTypes !== undefined && !locationTypes.includes(location.type)) return false;
  if (locationGroups !== undefined && !locationGroups.some((group) => location.groups.includes(group))) return false;
  const namesPlaces = (vendors ?? locations ?? locationTypes ?? locationGroups) !== undefined;
  return namesPlaces || slot === "selling" || slot === "quota" || location.type !== "vendor";
}

/** A path and all that it is below: a/b/c, a/b, a. */
export function categoriesOf(path: string): string[] {
  const segments = path === "" ? [] : path.split("/");
  return segments.map((_, index) => segments.slice(0, segments.length - index).join("/"));
}

export function attributesOf({ attributes }: SkuEntry): Readonly<Record<string, unknown>> {
  return attributes === null ? {} : (JSON.parse(attributes) as Record<string, unknown>);
}

function put(lists: Map<string, ControlVariant[]>, key: string, variant: ControlVariant): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [variant]);
  else list.push(variant);
}

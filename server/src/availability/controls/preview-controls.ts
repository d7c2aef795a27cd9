import { type Static, Type } from "typebox";
import type { SkuEntry } from "../../catalog/public.ts";
import type { ChannelEntry, NetworkDirectory } from "../../network/public.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import { inTurns } from "../../platform/in-turns.ts";
import { faultsOfSchema } from "../../platform/documents/faults-of-schema.ts";
import { momentField, textField, wholeField } from "../../platform/http/described.ts";
import type { Principal } from "../../platform/http/route.ts";
import { common } from "../../platform/refusals.ts";
import { forEachNumberRow } from "../number-rows.ts";
import { quotaKeyOf, type QuotaKey, type UsedOf } from "../quotas/quota.ts";
import { UnitsWithinQuotas } from "../quotas/units-within-quotas.ts";
import { AvailabilityControls } from "./control.ts";
import type { ControlsInForce } from "./controls-in-force.ts";
import { rulesAt } from "./controls-in-force.ts";
import { type ChannelTerms, ControlSet } from "./control-set.ts";
import { NamedInCatalog } from "./named-in-catalog.ts";
import { PreviewLine, refuseIfGone } from "./preview-line.ts";
import { withheldBy } from "./terms.ts";

const MAX_EXAMPLES = 20;
const MAX_WARNINGS = 50;
const MAX_SKUS_AT_ONCE = 500;
/** Reading so many positions takes 1 ms of the event loop. */
const POSITIONS_AT_ONCE = 10_000;

export const ControlsTrial = Type.Object(
  {
    content: Type.Unknown({
      description: "The rules, as their draft says them.",
      examples: [{ title: "Availability rules", rules: [] }],
    }),
    at: Type.Optional(
      Type.String({
        format: "date-time",
        description: "The moment whose rules are compared, with the stock of now; absent: now.",
        examples: ["2026-11-27T00:00:00Z"],
      }),
    ),
  },
  { additionalProperties: false, $id: "ControlsTrial", description: "Rules whose effect is asked for." },
);

export const ControlsEffect = Type.Object(
  {
    at: momentField("The moment whose rules were compared."),
    skus: wholeField("Active SKUs that were looked at.", 50_000),
    channels: Type.Array(
      Type.Object({
        channel: textField("Code of the channel.", "web"),
        skusLosing: wholeField("SKUs of which less could be promised.", 1_204),
        unitsLost: wholeField("Units of those.", 18_311),
        skusGaining: wholeField("SKUs of which more could be promised.", 12),
        unitsGained: wholeField("Units of those.", 340),
        unitsBefore: wholeField("Units of all SKUs that can be promised by the rules in force.", 912_004),
        unitsAfter: wholeField("Units that could be promised by these rules.", 894_033),
      }),
      {
        description:
          "Every channel that takes orders and that the caller may see, by code; of its locations those that the caller may see.",
      },
    ),
    examples: Type.Array(
      Type.Object({
        channel: textField("Code of the channel.", "web"),
        sku: textField("Code of the SKU.", "SHIRT-RED-M"),
        name: textField("Name of the SKU.", "Shirt, red, M"),
        before: wholeField("Units that can be promised.", 40),
        after: wholeField("Units that could be promised.", 12),
        rules: Type.Array(textField("Name of a rule.", "Marketplace buffer"), {
          description: "Those of the new rules that keep units of it back.",
        }),
      }),
      { description: `The ${MAX_EXAMPLES} largest differences, the largest first.` },
    ),
    warnings: Type.Array(
      Type.Object({
        pointer: textField("What a rule names, in the content.", "/rules/3/scope/skus/1"),
        message: textField("What is probably not meant.", "no active SKU has this code"),
      }),
      { description: `SKUs, categories and attributes that no active SKU has; the first ${MAX_WARNINGS}.` },
    ),
  },
  { $id: "ControlsEffect", description: "What rules would change, by channel, with the stock of now." },
);
type Effect = Static<typeof ControlsEffect>;
type Example = Effect["examples"][number];

export interface PreviewDependencies {
  database: Database;
  network: NetworkDirectory;
  clock: Clock;
  controls: ControlsInForce;
}

export interface PreviewRequest extends Static<typeof ControlsTrial> {
  principal: Principal;
  /** Aborted when the caller has gone. */
  signal: AbortSignal;
}

const readSkus = statement<SkuEntry>(
  "availability.readSkusToPreview",
  `select id, code, name, active, null as "imageUrl", category_path as "categoryPath", null as "weightGrams",
     nullif(attributes, '{}'::jsonb)::text as attributes
   from catalog.skus where id > $1::int and active order by id limit $2::int`,
);

const readStock = statement<{ positions: string | null }>(
  "availability.readStockToPreview",
  `select string_agg(sku_id || ' ' || location_id || ' ' || (on_hand::bigint - damaged - reserved - allocated), ' ') as positions
   from inventory.positions
   where sku_id > $1::int and sku_id <= $2::int and on_hand::bigint - damaged - reserved - allocated > 0`,
);

const readUsed = statement<QuotaKey & { used: number }>(
  "availability.readQuotasToPreview",
  `select sku_id as "skuId", channel_id as "channelId", rule, period, used from availability.quotas
   where sku_id > $1::int and sku_id <= $2::int and used > 0 and (ends_at is null or ends_at > now())`,
);

/** What rules that need not be published would change: of all SKUs, part by part, in turns that let others through. */
export function createControlsPreview(dependencies: PreviewDependencies): (request: PreviewRequest) => Promise<Effect> {
  const line = new PreviewLine();
  return (request) => line.run(request.principal.credential, request.signal, () => preview(dependencies, request));
}

async function preview(dependencies: PreviewDependencies, request: PreviewRequest): Promise<Effect> {
  const { database, network, clock, controls } = dependencies;
  const { principal, signal } = request;
  const faults = faultsOfSchema(AvailabilityControls, request.content, "/content");
  if (faults.length > 0) throw common.refuse("invalidInput", { faults });
  const at = request.at === undefined ? clock.now() : new Date(request.at);
  const { rules } = request.content as AvailabilityControls;
  const channels = [...network.channels()].filter(
    ({ active, code }) => active && principal.channelCodes?.has(code) !== false,
  );
  const comparison = new Comparison(channels, controls.currentAt(at), new ControlSet(rulesAt(rules, at), network, at));
  const all = [...network.locations()];
  const seen = new Set(all.filter(({ code }) => principal.locationCodes?.has(code) !== false).map(({ id }) => id));
  const skusAtOnce = Math.max(10, Math.min(MAX_SKUS_AT_ONCE, Math.floor(POSITIONS_AT_ONCE / all.length)));
  const named = new NamedInCatalog(rules);
  let skus = 0;
  for (let after = 0; ; ) {
    refuseIfGone(signal);
    const part = await database.read(readSkus, [after, skusAtOnce]);
    const through = part.at(-1)?.id;
    if (through === undefined) break;
    const [stock] = await database.read(readStock, [after, through]);
    if (comparison.hasQuotas) comparison.setUsed(await database.read(readUsed, [after, through]));
    for (const sku of part) named.see(sku);
    await compareAll(comparison, part, stock!.positions ?? "", seen);
    skus += part.length;
    after = through;
  }
  return { at: at.toISOString(), skus, ...comparison.summary(), warnings: named.unseen(MAX_WARNINGS) };
}

async function compareAll(
  comparison: Comparison,
  skus: readonly SkuEntry[],
  positions: string,
  seen: ReadonlySet<number>,
): Promise<void> {
  const stocks = new Map(skus.map(({ id }) => [id, [] as number[]]));
  forEachNumberRow(positions, 3, (row) => {
    if (seen.has(row[1]!)) stocks.get(row[0]!)?.push(row[1]!, row[2]!);
  });
  await inTurns(skus, (sku) => comparison.add(sku, stocks.get(sku.id)!));
}

/** Location and free units in turn. */
type Stock = readonly number[];

class Comparison {
  readonly #before: ControlSet;
  readonly #after: ControlSet;
  readonly #channels: { entry: ChannelEntry; effect: Effect["channels"][number] }[];
  #examples: (Example & { difference: number })[] = [];
  #used: UsedOf = () => 0;
  readonly hasQuotas: boolean;

  constructor(channels: readonly ChannelEntry[], before: ControlSet, after: ControlSet) {
    this.#before = before;
    this.#after = after;
    this.hasQuotas = before.hasQuotas || after.hasQuotas;
    const none = { skusLosing: 0, unitsLost: 0, skusGaining: 0, unitsGained: 0, unitsBefore: 0, unitsAfter: 0 };
    this.#channels = channels
      .toSorted((one, other) => (one.code < other.code ? -1 : 1))
      .map((entry) => ({ entry, effect: { channel: entry.code, ...none } }));
  }

  /** What has been sold under quotas of the SKUs that come next, by the names of the rules. */
  setUsed(counters: readonly (QuotaKey & { used: number })[]): void {
    const used = new Map(counters.map((counter) => [quotaKeyOf(counter), counter.used]));
    this.#used = (quota) => used.get(quotaKeyOf(quota)) ?? 0;
  }

  add(sku: SkuEntry, stock: Stock): void {
    for (const { entry, effect } of this.#channels) {
      const terms = this.#after.of(sku, entry);
      const before = unitsIn(sku.id, entry, stock, this.#before.of(sku, entry), this.#used);
      const after = unitsIn(sku.id, entry, stock, terms, this.#used);
      effect.unitsBefore += before;
      effect.unitsAfter += after;
      if (after < before) {
        effect.skusLosing++;
        effect.unitsLost += before - after;
      } else if (after > before) {
        effect.skusGaining++;
        effect.unitsGained += after - before;
      } else continue;
      this.#note(Math.abs(after - before), () => ({
        channel: entry.code,
        sku: sku.code,
        name: sku.name,
        before,
        after,
        rules: rulesThatKeep(entry, stock, terms),
      }));
    }
  }

  summary(): Pick<Effect, "channels" | "examples"> {
    return {
      channels: this.#channels.map(({ effect }) => effect),
      examples: this.#examples.map(({ difference: _, ...example }) => example),
    };
  }

  /** Keeps the largest; of equal ones those that came first. */
  #note(difference: number, example: () => Example): void {
    const smallest = this.#examples.at(-1)?.difference ?? 0;
    if (this.#examples.length === MAX_EXAMPLES && difference <= smallest) return;
    this.#examples.push({ difference, ...example() });
    this.#examples.sort((one, other) => other.difference - one.difference);
    this.#examples = this.#examples.slice(0, MAX_EXAMPLES);
  }
}

function unitsIn(
  skuId: number,
  { id, locationSet }: ChannelEntry,
  stock: Stock,
  terms: ChannelTerms,
  used: UsedOf,
): number {
  const capped = terms.quotas.length === 0 ? null : new UnitsWithinQuotas(terms);
  let units = 0;
  for (let at = 0; at < stock.length; at += 2) {
    if (!locationSet.has(stock[at]!)) continue;
    const promisable = terms.promisable(stock[at]!, stock[at + 1]!);
    if (capped === null) units += promisable;
    else capped.add(stock[at]!, promisable);
  }
  return capped === null ? units : capped.total(skuId, id, used);
}

function rulesThatKeep({ locationSet }: ChannelEntry, stock: Stock, terms: ChannelTerms): string[] {
  const names = new Set<string>();
  for (let at = 0; at < stock.length; at += 2) {
    const held = locationSet.has(stock[at]!) ? terms.at(stock[at]!) : null;
    if (held === null) continue;
    if (held.quota !== null) names.add(held.quota.control.name);
    for (const { control } of withheldBy(held, stock[at + 1]!)) names.add(control.name);
  }
  return [...names];
}

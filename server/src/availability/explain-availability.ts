import { type Static, Type } from "typebox";
import type { SkuDirectory, SkuEntry } from "../catalog/public.ts";
import type { ChannelEntry, NetworkDirectory } from "../network/public.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { orNull } from "../platform/http/described.ts";
import type { Principal } from "../platform/http/route.ts";
import { CODE_PATTERN } from "../platform/reference-data/codes.ts";
import type { ControlsInForce } from "./controls/controls-in-force.ts";
import { deriveLocation, type Figure, figure, type LocationFacts, sumOf } from "./derivation.ts";
import type { QuotaRule } from "./quotas/quota.ts";
import { availability } from "./refusals.ts";
import { todayAt } from "./today-at.ts";

export const ExplainQuery = Type.Object(
  {
    sku: Type.String({ pattern: CODE_PATTERN, description: "The SKU's code.", examples: ["TSHIRT-RED-M"] }),
    channel: Type.String({ pattern: CODE_PATTERN, description: "Code of the channel.", examples: ["web"] }),
    date: Type.Optional(
      Type.String({ format: "date", description: "For that day; absent: for now.", examples: ["2026-12-24"] }),
    ),
    location: Type.Optional(
      Type.String({ pattern: CODE_PATTERN, description: "At this location alone.", examples: ["DC-1"] }),
    ),
  },
  { additionalProperties: false },
);
type ExplainQuery = Static<typeof ExplainQuery>;

const Source = Type.Object(
  {
    table: Type.String({ description: "Which kind of row.", examples: ["inventory.positions"] }),
    id: Type.String({ description: "Which one.", examples: ["TSHIRT-RED-M@DC-1"] }),
    version: Type.Optional(Type.Integer({ description: "As of this version.", examples: [7] })),
    rule: Type.Optional(Type.String({ description: "Name of the rule in it.", examples: ["Marketplace buffer"] })),
    orderId: Type.Optional(Type.String({ format: "uuid", description: "The order that it is about." })),
  },
  { description: "Where the figure was read." },
);
const figureFields = {
  code: Type.String({ description: "What it is, for programs.", examples: ["onHand"] }),
  label: Type.String({ description: "What it is, for people.", examples: ["on hand"] }),
  units: Type.Integer({ description: "Units, negative where they are taken off.", examples: [12] }),
  source: Type.Optional(Source),
};
/** As deep as the derivation goes: answer, location, figure, row. */
function figureSchema(depth: number): ReturnType<typeof Type.Object> {
  return Type.Object(
    depth === 0
      ? figureFields
      : {
          ...figureFields,
          children: Type.Optional(Type.Array(figureSchema(depth - 1), { description: "What adds up to it." })),
        },
    { description: "A figure; its children add up to it." },
  );
}
export const Explanation = Type.Object(
  {
    sku: Type.String({ description: "The SKU's code.", examples: ["TSHIRT-RED-M"] }),
    channel: Type.String({ description: "Code of the channel.", examples: ["web"] }),
    date: orNull(Type.String({ format: "date", description: "The day; null: now.", examples: ["2026-12-24"] })),
    asOf: Type.String({
      format: "date-time",
      description: "When it was read.",
      examples: ["2026-11-22T09:30:00.125Z"],
    }),
    units: Type.Integer({ minimum: 0, description: "Units that can be promised.", examples: [3] }),
    derivation: Type.Unsafe<Figure>(figureSchema(3)),
  },
  {
    $id: "AvailabilityExplanation",
    description: "Why so many units can be promised: figures whose leaves add up to them.",
  },
);

export interface ExplainDependencies {
  database: Database;
  clock: Clock;
  skus: SkuDirectory;
  network: NetworkDirectory;
  controls: ControlsInForce;
}

/** Of one position, the promises told one by one. */
const MAX_ALLOCATIONS = 20;

interface FactsRow {
  locationId: number;
  position: Omit<NonNullable<LocationFacts["position"]>, "id"> | null;
  allocations: LocationFacts["allocations"] | null;
  supplies: LocationFacts["supplies"] | null;
}

// One statement, so that all figures are of one moment.
const readFacts = statement<FactsRow>(
  "availability.readFacts",
  `with place as materialized (
     select location_id from inventory.positions where sku_id = $1::int
     union select location_id from inventory.supplies where sku_id = $1::int and due > 0)
   select place.location_id as "locationId",
     case when position.sku_id is not null then json_build_object('onHand', on_hand, 'reserved', reserved, 'allocated', allocated,
       'damaged', damaged, 'version', version) end as position,
     (select json_agg(json_build_object('id', one.id, 'orderId', one.order_id, 'units', one.units, 'table', one.source)) from (
        select holder_id || '/' || line_number as id, order_id, quantity as units, 'inventory.allocations' as source
        from inventory.allocations as a where a.sku_id = $1::int and a.location_id = place.location_id and a.quantity > 0
        union all select supply_id || '/' || order_id || '/' || line_number, order_id, arrived, 'inventory.supply_promises'
        from inventory.supply_promises as p where p.sku_id = $1::int and p.location_id = place.location_id and p.arrived > 0
        order by units desc, id limit ${MAX_ALLOCATIONS}) as one) as allocations,
     (select json_agg(json_build_object('id', s.id, 'reference', s.reference, 'line', s.line, 'expectedOn', s.expected_on, 'due', s.due,
          'confidence', s.confidence, 'promised', s.promised, 'version', s.version) order by s.expected_on, s.id)
        from inventory.supplies as s where s.sku_id = $1::int and s.location_id = place.location_id and s.due > 0) as supplies
   from place left join inventory.positions as position on position.sku_id = $1::int and position.location_id = place.location_id
   where place.location_id = any($2::int[]) order by place.location_id`,
);

const readUses = statement<{ rule: string; period: string; used: number }>(
  "availability.readUsesOfQuotas",
  `select rule, period, used from availability.quotas where sku_id = $1::int and channel_id = $2::int`,
);

/**
 * X8: why so many units can be promised. Of locations that the caller may not see it tells the sum of all, of the others the
 * sum of each; what lies behind that is for those who may see stock. Orders are named to those who may see every order.
 */
export async function explainAvailability(
  dependencies: ExplainDependencies,
  { sku: code, channel: channelCode, date, location }: ExplainQuery,
  principal: Principal,
): Promise<Static<typeof Explanation>> {
  const { database, clock, skus, network } = dependencies;
  const channel = network.channelByCode(channelCode);
  if (channel === undefined || !channel.active || principal.channelCodes?.has(channelCode) === false)
    throw availability.refuse("unknownChannel", {
      message: `There is no channel ${channelCode} that takes orders, or you may not see it.`,
    });
  const sku = (await skus.resolve([code])).get(code);
  if (sku === undefined) throw availability.refuse("unknownSku", { message: `There is no SKU ${code}.` });
  const place = location === undefined ? null : network.locationByCode(location);
  if (place === undefined || (location !== undefined && principal.locationCodes?.has(location) === false))
    throw availability.refuse("unknownLocation", { message: `There is no location ${location} that you may see.` });
  const locationIds = place === null ? channel.locationIds : channel.locationIds.filter((id) => id === place.id);
  const [rows, uses] = await Promise.all([
    database.read(readFacts, [sku.id, arrayLiteral("int", locationIds)]),
    database.read(readUses, [sku.id, channel.id]),
  ]);
  const derivation = derive(dependencies, { sku, channel, day: date ?? null, principal }, rows, uses);
  return {
    sku: code,
    channel: channelCode,
    date: date ?? null,
    asOf: clock.now().toISOString(),
    units: derivation.units,
    derivation,
  };
}

function withoutChildren({ children: _behind, ...sum }: Figure): Figure {
  return sum;
}

interface Asked {
  sku: SkuEntry;
  channel: ChannelEntry;
  day: string | null;
  principal: Principal;
}

function derive(
  { clock, network, controls }: ExplainDependencies,
  { sku, channel, day, principal }: Asked,
  rows: readonly FactsRow[],
  uses: readonly { rule: string; period: string; used: number }[],
): Figure {
  const terms = controls.current.of(sku, channel);
  const today = todayAt(network, clock.now());
  const seesOrders =
    principal.permissions.has("orders:read") && principal.channelCodes === null && principal.locationCodes === null;
  const figures: Figure[] = [];
  let hidden = 0;
  const byQuota = new Map<QuotaRule, number>();
  for (const { locationId, position, allocations, supplies } of rows) {
    const location = network.locationById(locationId);
    if (location === undefined) continue;
    const { code, name } = location;
    const one = deriveLocation(
      {
        code,
        name,
        position: position === null ? null : { ...position, id: `${sku.code}@${code}` },
        allocations: seesOrders ? (allocations ?? []) : [],
        supplies: supplies ?? [],
        terms: terms.at(locationId),
        today: today(locationId),
      },
      day,
    );
    const quota = terms.at(locationId)?.quota ?? null;
    if (quota !== null) byQuota.set(quota, (byQuota.get(quota) ?? 0) + one.units);
    if (principal.locationCodes?.has(code) === false) hidden += one.units;
    else figures.push(principal.permissions.has("inventory:read") ? one : withoutChildren(one));
  }
  if (hidden > 0) figures.push({ code: "otherLocations", label: "at locations that you may not see", units: hidden });
  for (const [rule, units] of byQuota) {
    const { control, period } = rule;
    const used = uses.find((one) => one.rule === control.name && one.period === period)?.used ?? 0;
    const left = Math.max(0, rule.units - used);
    if (units <= left) continue;
    const source = { table: "availability.quotas", id: `${sku.code}@${channel.code}`, rule: control.name };
    figures.push({
      code: "quota",
      label: `beyond the quota “${control.name}”: ${used} of ${rule.units} are sold`,
      units: left - units,
      source,
    });
  }
  if (!sku.active && sumOf(figures) > 0)
    figures.push({
      code: "inactive",
      label: "not sold: the SKU is not active",
      units: -sumOf(figures),
      source: { table: "catalog.skus", id: sku.code },
    });
  return figure("available", "can be promised", figures);
}

import fc from "fast-check";
import { expect, test } from "vitest";
import type { SkuEntry } from "../../catalog/public.ts";
import type { ChannelEntry, LocationEntry, NetworkDirectory } from "../../network/public.ts";
import { fixedClock } from "../../platform/clock.ts";
import type { Publications } from "../../platform/documents/follow-publications.ts";
import { checkControls } from "./check-controls.ts";
import { compareControls } from "./compare-controls.ts";
import type { AvailabilityControls, Control, ControlScope } from "./control.ts";
import { ControlSet } from "./control-set.ts";
import { followControls, rulesAt } from "./controls-in-force.ts";
import { findTies } from "./specificity.ts";
import { promisableOf, withheldBy } from "./terms.ts";

const channels = [
  { id: 1, code: "web", market: "GB" },
  { id: 2, code: "amazon", market: "GB" },
  { id: 3, code: "web-de", market: "DE" },
] as ChannelEntry[];
const locations = [
  { id: 1, code: "dc", type: "warehouse", groups: [] as string[] },
  { id: 2, code: "leeds", type: "store", groups: ["hub"] },
  { id: 3, code: "york", type: "store", groups: ["hub", "franchise"] },
  { id: 4, code: "oslo", type: "vendor", groups: ["nordic"] },
] as Partial<LocationEntry>[] as LocationEntry[];
const skus = [
  { code: "A", categoryPath: "apparel/men/shirts", attributes: '{"season": "winter", "size": 42}' },
  { code: "B", categoryPath: "apparel/men", attributes: '{"season": "summer"}' },
  { code: "C", categoryPath: "apparelling", attributes: null },
  { code: "D", categoryPath: "", attributes: '{"size": 42}' },
] as SkuEntry[];
const network = {
  version: 1,
  onChanged: () => {},
  locations: () => locations,
  channels: () => channels,
  locationById: (id: number) => locations.find((one) => one.id === id),
  locationByCode: (code: string) => locations.find((one) => one.code === code),
  channelByCode: (code: string) => channels.find((one) => one.code === code),
  channelById: (id: number) => channels.find((one) => one.id === id),
} as unknown as NetworkDirectory;

const NOW = new Date("2026-11-22T12:00:00Z");
const faultsOf = (rules: Control[]) => checkControls(network, { title: "Rules", rules }, NOW).faults;
const setOf = (rules: readonly Control[]) => new ControlSet(rules, network, NOW);

const some = <Item>(...items: Item[]) => fc.option(fc.subarray(items, { minLength: 1 }), { nil: undefined, freq: 2 });
const scopes = fc
  .record({
    channels: some("web", "amazon"),
    markets: some("GB", "DE"),
    categories: some("apparel", "apparel/men", "apparel/men/shirts"),
    skus: some("A", "C"),
    attributes: fc.option(
      fc.oneof(
        fc.record({ season: fc.constantFrom(["winter"], ["winter", "summer"]) }),
        fc.record({ size: fc.constant(["42"]) }),
        fc.record({ season: fc.constant(["winter"]), size: fc.constant(["42"]) }),
      ),
      { nil: undefined, freq: 2 },
    ),
    locations: some("dc", "leeds"),
    locationTypes: some("store", "vendor"),
    locationGroups: some("hub", "franchise", "nordic"),
    vendors: some("oslo"),
  })
  .map((scope) => Object.fromEntries(Object.entries(scope).filter(([, value]) => value !== undefined)) as ControlScope);
const effects = fc.constantFrom<Control["effect"]>(
  { type: "exclude" },
  { type: "include" },
  { type: "safetyStock", units: 1 },
  { type: "safetyStock", units: 3 },
  { type: "buffer", units: 2 },
  { type: "buffer", percent: 30 },
  { type: "minimum", units: 4 },
  { type: "quota", units: 9 },
);
const rules = fc
  .array(fc.record({ effect: effects, scope: scopes }), { minLength: 1, maxLength: 12 })
  .map((all) => all.map((rule, index): Control => ({ name: `Rule ${index}`, ...rule })));

/** What the guide says, word by word: who is about it, and which of two is more specific. */
function reads(
  { scope = {}, effect }: Control,
  sku: SkuEntry,
  channel: ChannelEntry,
  place: LocationEntry,
): number[] | null {
  const attributes = JSON.parse(sku.attributes ?? "{}") as Record<string, unknown>;
  const containing = (scope.categories ?? []).filter((path) => `${sku.categoryPath}/`.startsWith(`${path}/`));
  if (scope.skus && !scope.skus.includes(sku.code)) return null;
  if (scope.categories && containing.length === 0) return null;
  for (const [key, values] of Object.entries(scope.attributes ?? {}))
    if (!values.includes(String(attributes[key]))) return null;
  if (scope.channels && !scope.channels.includes(channel.code)) return null;
  if (scope.markets && !scope.markets.includes(channel.market)) return null;
  if (scope.vendors && (place.type !== "vendor" || !scope.vendors.includes(place.code))) return null;
  if (scope.locations && !scope.locations.includes(place.code)) return null;
  if (scope.locationGroups && !scope.locationGroups.some((group) => place.groups.includes(group))) return null;
  if (scope.locationTypes && !scope.locationTypes.includes(place.type)) return null;
  const placed = scope.vendors || scope.locations || scope.locationGroups || scope.locationTypes;
  const keeps = !["exclude", "include", "quota"].includes(effect.type);
  if (keeps && !placed && place.type === "vendor") return null;
  const depth = Math.max(0, ...containing.map((path) => path.split("/").length));
  const named = (list: unknown): number => (list === undefined ? 0 : 1);
  return [
    named(scope.skus),
    Object.keys(scope.attributes ?? {}).length,
    depth,
    named(scope.vendors),
    named(scope.locations),
    named(scope.locationGroups),
    named(scope.locationTypes),
    named(scope.channels),
    named(scope.markets),
  ];
}

function compareDigits(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((digit, index) => digit !== other[index]);
  return at === -1 ? 0 : one[at]! - other[at]!;
}

const slots = {
  excludedBy: ["exclude", "include"],
  safetyStock: ["safetyStock"],
  buffer: ["buffer"],
  minimum: ["minimum"],
  quota: ["quota"],
};

test("the most specific rule of each effect holds, as in a brute-force reading; where two are equal, the check has refused them (I5, I6)", () => {
  let sound = 0;
  fc.assert(
    fc.property(rules, (controls) => {
      const refused = faultsOf(controls).length > 0;
      const set = setOf(controls);
      let tied = false;
      for (const sku of skus)
        for (const channel of channels)
          for (const place of locations) {
            const terms = set.of(sku, channel).at(place.id);
            for (const [slot, types] of Object.entries(slots) as [keyof typeof slots, string[]][]) {
              const candidates = controls
                .filter(({ effect }) => types.includes(effect.type))
                .map((control) => ({ control, digits: reads(control, sku, channel, place) }))
                .filter((one): one is { control: Control; digits: number[] } => one.digits !== null)
                .sort((one, other) => compareDigits(other.digits, one.digits));
              const [best, second] = candidates;
              if (best && second && compareDigits(best.digits, second.digits) === 0) tied = true;
              else {
                const expected = best?.control.effect.type === "include" ? null : (best?.control ?? null);
                const held = terms?.[slot] ?? null;
                expect(held !== null && "control" in held ? held.control : held).toBe(expected);
              }
            }
          }
      if (tied) expect(refused).toBe(true);
      if (!refused) sound++;
    }),
    { numRuns: 400 },
  );
  expect(sound).toBeGreaterThan(20);
});

test("what is free and what the rules keep back add up to what may be promised, whatever the rules are", () => {
  const control = (type: Control["effect"]["type"]) =>
    fc.option(
      fc.record({ units: fc.nat(12), percent: fc.nat(100), inPercent: fc.boolean() }).map(
        ({ units, percent, inPercent }): Control => ({
          name: type,
          effect: { type, ...(inPercent && type === "buffer" ? { percent } : { units }) },
        }),
      ),
    );
  const terms = fc.record({
    excludedBy: fc.option(fc.constant<Control>({ name: "no", effect: { type: "exclude" } }), { freq: 1 }),
    safetyStock: control("safetyStock"),
    buffer: control("buffer"),
    measured: control("buffer"),
    minimum: control("minimum"),
    // A cap of the channel takes nothing from a location.
    quota: fc.constant(null),
  });
  fc.assert(
    fc.property(terms, fc.integer({ min: -5, max: 40 }), (held, free) => {
      const kept = withheldBy(held, free);
      expect(kept.every(({ units }) => units > 0)).toBe(true);
      expect(promisableOf(held, free)).toBe(Math.max(0, free) - kept.reduce((sum, { units }) => sum + units, 0));
    }),
  );
});

test("a tie is refused and names both rules; another day, another group or another effect is none", () => {
  const buffer = (name: string, scope: ControlScope, more: Partial<Control> = {}): Control => ({
    name,
    effect: { type: "buffer", units: 1 },
    scope,
    ...more,
  });
  const messages = (rules: Control[]) => faultsOf(rules).map(({ pointer, message }) => `${pointer} ${message}`);
  expect(messages([buffer("One", { channels: ["web"] }), buffer("Two", { channels: ["amazon", "web"] })])).toEqual([
    "/rules/1 ties with the rule “One”: “Two” can be about the same, and neither is more specific",
  ]);
  expect(messages([buffer("One", { channels: ["web"] }), buffer("Two", { channels: ["amazon"] })])).toEqual([]);
  expect(
    messages([buffer("Hubs", { locationGroups: ["hub"] }), buffer("Franchise", { locationGroups: ["franchise"] })]),
  ).toHaveLength(1);
  expect(
    messages([buffer("Hubs", { locationGroups: ["hub"] }), buffer("North", { locationGroups: ["nordic"] })]),
  ).toEqual([]);
  const [until, from] = ["2026-12-01T00:00:00Z", "2026-12-01T01:00:00+01:00"];
  expect(messages([buffer("One", {}, { validUntil: until }), buffer("Two", {}, { validFrom: from })])).toEqual([]);
  expect(messages([buffer("One", {}), { name: "Two", effect: { type: "minimum", units: 1 } }])).toEqual([]);
});

test("what holds for a shorter time, within that of another rule, is more specific; times that only overlap are a tie", () => {
  const buffer = (units: number, validFrom?: string, validUntil?: string): Control => ({
    name: `Buffer ${units}`,
    effect: { type: "buffer", units },
    ...(validFrom && { validFrom }),
    ...(validUntil && { validUntil }),
  });
  const rules = [
    buffer(4, "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
    buffer(2),
    buffer(9, "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z"),
    buffer(3, "2026-06-01T00:00:00Z"),
  ];
  expect(faultsOf(rules)).toEqual([]);
  const left = (at: string): number =>
    new ControlSet(rulesAt(rules, new Date(at)), network, new Date(at)).of(skus[0]!, channels[0]!).promisable(1, 10);
  expect(
    ["2026-05-01", "2026-10-01", "2026-11-10", "2026-11-27", "2026-12-02"].map((day) => left(`${day}T12:00:00Z`)),
  ).toEqual([8, 7, 6, 1, 7]);
  expect(faultsOf([...rules, buffer(5, "2026-11-20T00:00:00Z", "2026-12-20T00:00:00Z")])).toHaveLength(1);
  expect(faultsOf([...rules, buffer(6)])).toHaveLength(1);
});

test("500 rules that name 300 SKUs each are looked through for ties by what they name, and all ties are found", () => {
  const names = Array.from({ length: 500 }, (_one, rule) =>
    Array.from({ length: 300 }, (_other, at) => `S-${rule}-${at}`),
  );
  names[499]![299] = "S-7-200";
  const many = names.map(
    (named, index): Control => ({ name: `R ${index}`, effect: { type: "buffer", units: 1 }, scope: { skus: named } }),
  );
  // 40 ms; it took more than a second to compare all pairs.
  expect(findTies(many, () => true)).toEqual([[7, 499]]);
});

test("a rule that says too much, too little or the same name again is refused where it is wrong", () => {
  const wrong: Control[] = [
    { name: "A", effect: { type: "exclude", units: 1 } },
    { name: "B", effect: { type: "buffer" } },
    { name: "C", effect: { type: "minimum", percent: 5 } },
    {
      name: "C",
      effect: { type: "safetyStock", units: 5 },
      validFrom: "2026-01-02T00:00:00Z",
      validUntil: "2026-01-01T00:00:00Z",
    },
    { name: "E", effect: { type: "quota", period: "day", timeZone: "Mars/Base" } },
    { name: "F", effect: { type: "quota", units: 1, timeZone: "UTC" }, scope: { skus: ["A"] } },
    { name: "G", effect: { type: "minimum", units: 1, period: "day" }, scope: { skus: ["A"] } },
  ];
  expect(faultsOf(wrong).map(({ pointer }) => pointer)).toEqual([
    "/rules/0/effect",
    "/rules/1/effect",
    "/rules/2/effect",
    "/rules/3/validUntil",
    "/rules/4/effect",
    "/rules/4/effect/timeZone",
    "/rules/5/effect/timeZone",
    "/rules/6/effect",
    "/rules/3/name",
  ]);
  const { warnings } = checkControls(
    network,
    {
      title: "Rules",
      rules: [
        {
          name: "A",
          effect: { type: "exclude" },
          scope: {
            channels: ["wbe"],
            vendors: ["leeds"],
            markets: ["FR"],
            locationGroups: ["hbu"],
            locationTypes: ["store"],
            categories: ["apparel/"],
          },
        },
      ],
    },
    NOW,
  );
  expect(warnings.map(({ pointer }) => pointer)).toEqual([
    "/rules/0/scope/channels/0",
    "/rules/0/scope/vendors/0",
    "/rules/0/scope/locationGroups/0",
    "/rules/0/scope/locationTypes",
    "/rules/0/scope/categories/0",
    "/rules/0/scope/markets/0",
  ]);
});

test("vendors' stock has defaults of its own: a rule that keeps units back and names no place is about own stock (I5)", () => {
  const buffer = (name: string, units: number, scope: ControlScope): Control => ({
    name,
    effect: { type: "buffer", units },
    scope,
  });
  const set = setOf([
    buffer("Shirts", 1, { categories: ["apparel"] }),
    buffer("Vendors", 5, { locationTypes: ["vendor"] }),
    { name: "Not in Germany", effect: { type: "exclude" }, scope: { markets: ["DE"] } },
  ]);
  const left = (channel: number) => locations.map(({ id }) => set.of(skus[0]!, channels[channel]!).promisable(id, 10));
  expect(left(0)).toEqual([9, 9, 9, 5]);
  expect(left(2)).toEqual([0, 0, 0, 0]);
});

test("a rule begins and ends on time, without anybody publishing anything; five seconds without a look at what is published are too long", async () => {
  const clock = fixedClock(NOW);
  let unknownForMs = 4_999;
  const rule: Control = {
    name: "Black Friday",
    effect: { type: "exclude" },
    validFrom: "2026-11-22T12:00:10Z",
    validUntil: "2026-11-22T13:00:20+01:00",
  };
  const content: AvailabilityControls = { title: "Rules", rules: [rule] };
  const publications = {
    follow: (_: string, take: (inForce: Map<string, { content: unknown }>) => void) =>
      Promise.resolve(take(new Map([["availability", { content }]]))),
    get unknownForMs() {
      return unknownForMs;
    },
  } as unknown as Publications;
  const controls = await followControls({
    publications,
    network,
    clock,
    report: (told) => expect(told).toBeNull(),
  });
  const units = () => controls.current.of(skus[0]!, channels[0]!).promisable(1, 7);
  const before = controls.current;
  expect(controls.isOutOfDate).toBe(false);
  unknownForMs = 5_001;
  expect(controls.isOutOfDate).toBe(true);
  expect(units()).toBe(7);
  clock.advance(9_999);
  expect(controls.current).toBe(before);
  clock.advance(1);
  expect(units()).toBe(0);
  clock.advance(9_999);
  expect(units()).toBe(0);
  clock.advance(1);
  expect(units()).toBe(7);
});

test("an order that was planned with a channel of before does not leave its terms to those that come after it", () => {
  const set = setOf([{ name: "Not in Ireland", effect: { type: "exclude" }, scope: { markets: ["IE"] } }]);
  const stale = { ...channels[0]!, market: "IE" };
  set.of(skus[0]!, stale);
  expect(set.of(skus[0]!, channels[0]!).promisable(1, 7)).toBe(7);
});

test("rules of a newer release are not read as if what is not understood were not there (I5, N6)", async () => {
  const known: Control = { name: "Known", effect: { type: "buffer", units: 2 }, scope: { skus: ["A"] } };
  const newer = {
    title: "Rules",
    rules: [
      known,
      { name: "No pick-up", effect: { type: "exclude" }, scope: { methods: ["pickup"] } },
      { name: "At most", effect: { type: "newEffect", units: 1 } },
    ],
  };
  const former = { title: "Rules", rules: [{ ...known, effect: { type: "buffer", units: 5 } }] };
  const beginWith = async (content: object) => {
    const problems: (string | null)[] = [];
    let take: (inForce: Map<string, object>) => void;
    const publish = (next: object, version: number): void =>
      take(new Map([["availability", { version, content: next }]]));
    const publications = {
      follow: (_: string, follower: typeof take) => {
        take = follower;
        return Promise.resolve(publish(content, 1));
      },
    } as unknown as Publications;
    const clock = fixedClock(NOW);
    const controls = await followControls({ publications, network, clock, report: (told) => problems.push(told) });
    const units = () => skus.slice(0, 2).map((sku) => controls.current.of(sku, channels[0]!).promisable(1, 7));
    return { publish, units, problems };
  };
  const running = await beginWith(former);
  running.publish(newer, 2);
  expect(running.units()).toEqual([2, 7]);
  // At first it tells that all is well, too: a process before it may have told otherwise.
  expect(running.problems).toEqual([
    null,
    expect.stringMatching(/^version 2 .*2 of its 3 rules are not: the former rules hold on$/),
  ]);
  const fresh = await beginWith(newer);
  expect(fresh.units()).toEqual([5, 7]);
  expect(fresh.problems).toEqual([expect.stringMatching(/^version 1 .*2 of its 3 rules are not$/)]);
  running.publish({ title: "Rules", rules: [known] }, 3);
  expect(running.units()).toEqual([5, 7]);
});

test("differences are told by the names of the rules, whatever their order", () => {
  const rule = (name: string, units: number): Control => ({
    name,
    effect: { type: "buffer", units },
    scope: { skus: ["A"] },
  });
  const sentences = compareControls(
    { title: "Rules", rules: [rule("Old", 1), rule("Kept", 2), rule("Changed", 3)] },
    { title: "Rules", rules: [rule("Changed", 4), rule("Kept", 2), rule("New", 5)] },
  ).map(({ sentence }) => sentence);
  expect(sentences).toEqual([
    "The rule Old is gone: buffer 1 · skus A.",
    "The rule Changed is now buffer 4 · skus A instead of buffer 3 · skus A.",
    "The rule New is new: buffer 5 · skus A.",
  ]);
});

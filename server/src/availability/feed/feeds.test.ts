import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Caller, ProblemBody } from "../../../test/harness/caller.ts";
import { eventually, openRetailer, type Retailer } from "../../../test/harness/retailer.ts";
import type { ChannelTelling } from "./tell-channels.ts";

/** For a machine under load; it takes half a second on a quiet one. */
const UNTIL_MS = 10_000;

/** Two processes of one retailer; each can tell, and is told to by the tests. */
let shop: Retailer;
let beside: Retailer;
const telling: ChannelTelling[] = [];
beforeAll(async () => {
  shop = await openRetailer();
  beside = await openRetailer({ beside: shop });
});
afterEach(async () => {
  await stopTelling();
});
afterAll(async () => {
  await shop.audit();
  await beside.close();
  await shop.close();
});

const tell = ({ application }: Retailer): void => void telling.push(application.tellChannels());
const stopTelling = async (): Promise<void> => {
  await Promise.all(telling.splice(0).map((one) => one.stop()));
};

interface Change {
  sku: string;
  quantity: number;
  label: string;
  cursor: string;
}
interface Page {
  data: Change[];
  next: string;
  caughtUp: boolean;
}

interface Feeds {
  feeds: { channel: string; waiting: number; oldestWaitingMs: number; lanes: { lane: string; told: number }[] }[];
  bestSellers: { sku: string; units: number }[];
}

async function publish(channel: string, settings: object = {}): Promise<void> {
  const path = `/v1/documents/availability-feed/${channel}`;
  await shop.admin.put(`${path}/draft`, { content: { title: channel, channel, pauseMs: 0, ...settings } });
  await shop.admin.post(`${path}/publish`, { note: "test" });
}

let publications = 0;
async function publishBuffer(units: number): Promise<void> {
  const path = "/v1/documents/availability-controls/availability";
  const rules = [{ name: "Buffer", effect: { type: "buffer", units }, scope: { channels: ["web"] } }];
  await shop.admin.put(`${path}/draft`, { content: { title: `Rules ${++publications}`, rules } });
  await shop.admin.post(`${path}/publish`, { note: "test" });
}

/** What somebody knows who pulls a channel's feed, and nothing else. */
class Picture {
  readonly figures = new Map<string, string>();
  next: string | null = null;
  readonly #channel: string;
  readonly #caller: () => Caller;

  constructor(channel: string, caller: () => Caller = () => shop.admin) {
    this.#channel = channel;
    this.#caller = caller;
  }

  /** True when there is nothing more. */
  async pull(limit = 3): Promise<boolean> {
    const after = this.next === null ? "" : `&after=${this.next}`;
    const page = await this.#caller().get<Page>(
      `/v1/channels/${this.#channel}/availability/changes?limit=${limit}${after}`,
    );
    for (const { sku, quantity, label } of page.data) this.figures.set(sku, `${quantity} ${label}`);
    this.next = page.next;
    return page.caughtUp;
  }

  of(sku: string): string {
    return this.figures.get(sku) ?? "0 out_of_stock";
  }
}

/** What /v1/availability answers when it knows everything that was committed before now. */
async function truth(channel: string, skus: readonly string[], now = new Date().toISOString()): Promise<string[]> {
  for (;;) {
    const { asOf, items } = await shop.admin.get<{ asOf: string; items: { quantity: number; label: string }[] }>(
      `/v1/availability?channel=${channel}&skus=${skus.join(",")}`,
    );
    if (asOf > now) return items.map(({ quantity, label }) => `${quantity} ${label}`);
  }
}

/** Nothing changes any more, or only what is told: what is answered stays what it is. */
async function untilEqual(pictures: Readonly<Record<string, Picture>>, skus: readonly string[]): Promise<void> {
  for (const [channel, picture] of Object.entries(pictures)) {
    const answered = await truth(channel, skus);
    const known = (): string[] => skus.map((sku) => picture.of(sku));
    await eventually(
      `the picture of ${channel} is what is answered`,
      async () => (await picture.pull()) && isDeepStrictEqual(known(), answered),
      UNTIL_MS,
    ).catch(() => expect(known()).toEqual(answered));
  }
}

test("a channel with a feed is told everything once, then what changes: stock, orders, rules, its network and the catalog", async () => {
  const before = await shop.admin.ask<ProblemBody>("GET", "/v1/channels/web/availability/changes");
  expect([before.status, before.body.code]).toEqual([404, "noFeed"]);
  const [shirt, scarf] = [await shop.sku({ leeds: 20, london: 4 }), await shop.sku({ york: 3 })];
  const never = await shop.sku();
  tell(shop);
  await publish("web");
  const picture = new Picture("web");
  const settled = (): Promise<void> => untilEqual({ web: picture }, [shirt, scarf, never]);
  await settled();
  expect([picture.of(shirt), picture.of(scarf)]).toEqual(["24 in_stock", "3 low_stock"]);
  expect(picture.figures.has(never)).toBe(false);

  await shop.capture({ lines: [{ sku: shirt, quantity: 2, unitPrice: 100 }] });
  await settled();
  expect(picture.of(shirt)).toBe("22 in_stock");
  await publishBuffer(2);
  await settled();
  expect(picture.of(scarf)).toBe("1 low_stock");
  await shop.admin.ask("PATCH", `/v1/skus/${scarf}`, { active: false });
  await settled();
  expect(picture.of(scarf)).toBe("0 out_of_stock");
  await shop.admin.ask("PATCH", "/v1/channels/web", { lowStockAt: 50 });
  await settled();
  expect(picture.of(shirt)).toBe("18 low_stock");

  // What was too little to be told is told when less matters.
  await publish("web", { minimumUnits: 50 });
  await shop.receive(shirt, "leeds", 5);
  await shop.receive(never, "leeds", 100);
  await untilEqual({ web: picture }, [never]);
  expect(picture.of(shirt)).toBe("18 low_stock");
  await publish("web");
  await settled();
  expect(picture.of(shirt)).toBe("23 low_stock");

  // Whoever comes new gets each SKU once.
  const another = new Picture("web");
  await another.pull(200);
  expect(another.figures.get(shirt)).toBe(picture.of(shirt));
  const { feeds } = await shop.admin.get<{ feeds: { channel: string; waiting: number; lanes: { told: number }[] }[] }>(
    "/v1/availability/feeds",
  );
  expect(feeds).toMatchObject([{ channel: "web", waiting: 0 }]);
});

test("whatever changes, whoever tells or dies while it does, and however it is pulled: in the end each picture is what is answered", async () => {
  await publish("web", { changesPerSecond: 10, pauseMs: 700 });
  await publish("shop");
  const skus = await Promise.all(Array.from({ length: 6 }, () => shop.sku({ leeds: 5 })));
  const sku = fc.constantFrom(...skus);
  const location = fc.constantFrom("leeds", "york", "london");
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("receive" as const),
        sku,
        location,
        units: fc.integer({ min: 1, max: 9 }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant("order" as const), sku, units: fc.integer({ min: 1, max: 3 }) }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("pull" as const), limit: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("tell" as const), here: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("lapse" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("stop" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("rule" as const), units: fc.integer({ min: 0, max: 4 }) }) },
  );
  await eventually("the other process knows the feeds", async () => {
    const { feeds } = await beside.admin.get<Feeds>("/v1/availability/feeds");
    return feeds.length === 2;
  });
  const pictures = { web: new Picture("web"), shop: new Picture("shop", () => beside.admin) };
  let orders = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25 }), async (steps) => {
      for (const each of steps) {
        switch (each.do) {
          case "receive":
            await shop.receive(each.sku, each.location, each.units);
            break;
          case "order":
            // The other process sells; what is not there is refused.
            await beside.admin.ask("POST", "/v1/orders", {
              channel: "web",
              externalReference: `P-${++orders}`,
              fulfillmentChoices: [{ id: "home", method: "delivery", address: { city: "Leeds", country: "GB" } }],
              lines: [{ sku: each.sku, quantity: each.units, unitPrice: 100 }],
            });
            break;
          case "pull":
            await Promise.all([pictures.web.pull(each.limit), pictures.shop.pull(each.limit)]);
            break;
          case "tell":
            tell(each.here ? shop : beside);
            break;
          case "lapse":
            await shop.database.pool.query("update availability.feed_lookout set until = '-infinity'");
            break;
          case "stop":
            await stopTelling();
            break;
          case "rule":
            await publishBuffer(each.units);
        }
      }
      tell(beside);
      // Told, and changed again before the pause is over.
      for (let round = 0; round < 3; round++) await Promise.all(skus.map((each) => shop.receive(each, "leeds", 1)));
      await untilEqual(pictures, skus);
      expect(skus.map((each) => pictures.shop.of(each))).toEqual(await truth("shop", skus));
      await stopTelling();
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 60_000);

test("what has just been told rests for its pause and stands in line; a best seller does not, and streams and events bring it at once", async () => {
  await publish("market", { pauseMs: 3_600_000, asEvents: true, minimumUnits: 3 });
  const [slow, fast] = [await shop.sku({ leeds: 30 }), await shop.sku({ leeds: 30 })];
  tell(shop);
  const picture = new Picture("market");
  await untilEqual({ market: picture }, [slow, fast]);
  const order = async (): Promise<void> =>
    void (await shop.capture({ lines: [{ sku: fast, quantity: 4, unitPrice: 100 }] }));
  const health = (): Promise<Feeds> => shop.admin.get<Feeds>("/v1/availability/feeds");
  await order();
  const units = await eventually(
    "it is a best seller",
    async () => (await health()).bestSellers.find(({ sku }) => sku === fast)?.units,
    UNTIL_MS,
  );
  expect(units).toBe(4);

  await shop.receive(slow, "leeds", 5);
  const waits = async () =>
    (await health()).feeds.find(({ channel, waiting }) => channel === "market" && waiting === 1);
  await eventually("the other one stands in line", waits, UNTIL_MS);
  // It is owned by somebody when that takes too long, and ends with its cause.
  const lateOnes = () => shop.admin.list<{ entityId: string }>("/v1/exceptions?kind=feedLate&state=open");
  await shop.application.watchFeeds();
  expect(await lateOnes()).toEqual([]);
  await shop.database.pool.query(
    "update availability.told set waiting_since = now() - interval '61 s' where waiting_since is not null and channel_id = (select id from network.channels where code = 'market')",
  );
  await shop.application.watchFeeds();
  expect((await lateOnes()).map(({ entityId }) => entityId)).toEqual(["market"]);
  const stream = await fetch(`${shop.url}/v1/channels/market/availability/changes/stream`, {
    headers: { authorization: `Bearer ${shop.admin.key}` },
  });
  const messages = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  await messages.read();
  await order();
  let text = "";
  while (!text.includes("data: ")) text += (await messages.read()).value ?? "";
  await messages.cancel();
  const told = JSON.parse(
    text.slice(text.indexOf("data: ") + 6, text.indexOf("\n\n", text.indexOf("data: "))),
  ) as Change;
  expect(told).toMatchObject({ sku: fast, quantity: 22, label: "in_stock" });
  const { rows } = await shop.database.pool.query<{ data: { channel: string; changes: Change[] } }>(
    "select data from platform.events where type = 'availability.changed' order by id desc limit 1",
  );
  expect(rows).toMatchObject([
    { data: { channel: "market", changes: [{ sku: fast, quantity: 22, label: "in_stock" }] } },
  ]);
  // What differs by less than the channel wants to hear of is not told, and is not waited for either.
  await shop.capture({ lines: [{ sku: slow, quantity: 5, unitPrice: 100 }] });
  await eventually(
    "nothing is in line",
    async () => (await health()).feeds.every(({ waiting }) => waiting === 0),
    UNTIL_MS,
  );
  await shop.application.watchFeeds();
  expect(await lateOnes()).toEqual([]);
  await picture.pull(200);
  expect([picture.of(slow), picture.of(fast)]).toEqual(["30 in_stock", "22 in_stock"]);
});

test("a channel has one feed, and a feed a channel", async () => {
  const check = async (content: object): Promise<string[]> => {
    const { body } = await shop.admin.ask<ProblemBody>("PUT", "/v1/documents/availability-feed/second/draft", {
      content,
    });
    const published = await shop.admin.ask<ProblemBody>("POST", "/v1/documents/availability-feed/second/publish", {
      note: "test",
    });
    await shop.admin.ask("DELETE", "/v1/documents/availability-feed/second/draft");
    return (published.body.errors ?? body.errors ?? []).map(({ pointer, message }) => `${pointer} ${message}`);
  };
  expect(await check({ title: "Second", channel: "web" })).toEqual(["/channel the channel has the feed web already"]);
  expect(await check({ title: "Second", channel: "nowhere" })).toEqual(["/channel there is no channel nowhere"]);
});

test("a feed is seen by whoever may see its channel and all its locations", async () => {
  const path = "/v1/channels/web/availability/changes";
  const [other, limited] = await Promise.all([
    shop.caller(["availability:read"], { channelCodes: ["shop"] }),
    shop.caller(["availability:read"], { locationCodes: ["leeds"] }),
  ]);
  expect((await other.ask<ProblemBody>("GET", path)).body.code).toBe("noFeed");
  expect((await other.get<Feeds>("/v1/availability/feeds")).feeds.map(({ channel }) => channel)).toEqual(["shop"]);
  expect((await limited.ask<ProblemBody>("GET", path)).body.code).toBe("forbidden");
  const ahead = await shop.admin.ask<ProblemBody>("GET", `${path}?after=1.999999`);
  expect(ahead.body.errors).toMatchObject([{ pointer: "?after", message: "is ahead of the feed" }]);
});

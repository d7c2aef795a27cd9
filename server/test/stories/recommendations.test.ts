import { afterAll, beforeAll, expect, test } from "vitest";
import { type Following, followFeed } from "../../src/platform/events/follow-feed.ts";
import { basketConsumer } from "../../src/promising/public.ts";
import { eventually, openRetailer, type Retailer } from "../harness/retailer.ts";

interface Answer {
  location: string | null;
  items: { sku: string; quantity: number; orders: number; lift: number }[];
}

let retailer: Retailer;
/** Counts as the worker does, but without its pauses. */
let counting: Following;
let tent: string;
let mat: string;
let stove: string;
let plain: string;
beforeAll(async () => {
  retailer = await openRetailer({ worker: true });
  const { database, reader } = retailer.application;
  const fail = async (name: string, error: unknown): Promise<void> => {
    throw new Error(`The consumer ${name} failed.`, { cause: error });
  };
  counting = followFeed(
    { ...basketConsumer, pauseMs: 10 },
    { database, reader, log: console, onBlocked: fail, onRecovered: async () => {} },
  );
  tent = await retailer.sku({ leeds: 9, london: 9 });
  mat = await retailer.sku({ leeds: 50, london: 5 });
  stove = await retailer.sku({ york: 50, london: 5 });
  plain = await retailer.sku({ leeds: 50 });
  for (const [skus, times] of [
    [[tent, mat], 4],
    [[tent, stove], 3],
    [[tent, plain], 2],
    [[mat], 1],
    [[plain], 10],
  ] as const)
    for (let time = 0; time < times; time++)
      await retailer.capture({ lines: skus.map((sku) => ({ sku, quantity: 1, unitPrice: 100 })) });
  await retailer.receive(tent, "leeds", 9);
  await eventually("all orders are counted", async () => {
    const { rows } = await retailer.database.pool.query<{ orders: number }>(
      "select sum(orders)::int as orders from promising.baskets",
    );
    return rows[0]?.orders === 20;
  });
});
afterAll(async () => {
  await counting.stop();
  await retailer.close();
});

const ask = (parameters: Record<string, string>): Promise<Answer> => {
  const query = new URLSearchParams({ sku: tent, channel: "web", ...parameters });
  return retailer.admin.get(`/v1/recommendations?${query.toString()}`);
};
const codes = ({ items }: Answer): string[] => items.map(({ sku }) => sku);

test("what goes with a SKU is told with how often, and only where it would leave (R9)", async () => {
  // 20 orders: 9 with a tent, 5 with a mat, 4 of these with both; 3 with a stove, all with a tent.
  const london = await ask({ location: "london" });
  expect(london.items).toMatchObject([
    { sku: stove, orders: 3, lift: 2.22 },
    { sku: mat, orders: 4, lift: 1.78 },
  ]);
  const leeds = await ask({ destination: "53.80,-1.55" });
  expect([leeds.location, codes(leeds)]).toEqual(["leeds", [mat]]);
  const nearLondon = await ask({ destination: "51.50,-0.10" });
  expect([nearLondon.location, codes(nearLondon)]).toEqual(["london", [stove, mat]]);
  expect(codes(await ask({ location: "london", limit: "1" }))).toEqual([stove]);
});

test("what is sold out there, or has left the catalog, is not recommended", async () => {
  const lastMat = { sku: mat, quantity: 5, unitPrice: 100 };
  const london = { id: "store", method: "pickup", location: "london" } as const;
  await retailer.capture({ fulfillmentChoices: [london], lines: [lastMat] });
  await eventually("the mats of London are sold", async () => !codes(await ask({ location: "london" })).includes(mat));
  await retailer.admin.ask("PATCH", `/v1/skus/${stove}`, { active: false });
  expect(codes(await ask({ location: "london" }))).toEqual([]);
  await retailer.admin.ask("PATCH", `/v1/skus/${stove}`, { active: true });
  expect(codes(await ask({ location: "london" }))).toEqual([stove]);
});

test("what rules keep back there, or a quota has used up, is not recommended (I5, I6)", async () => {
  const document = "/v1/documents/availability-controls/availability";
  const publish = async (...effects: object[]): Promise<void> => {
    const rules = effects.map((effect, index) => ({ name: `Stoves ${index}`, effect, scope: { skus: [stove] } }));
    await retailer.admin.put(`${document}/draft`, { content: { title: "Rules", rules } });
    await retailer.admin.post(`${document}/publish`, { note: "Test." });
  };
  const stoves = async (): Promise<number> =>
    (await ask({ location: "london" })).items.find(({ sku }) => sku === stove)?.quantity ?? 0;
  await retailer.receive(stove, "london", 3);
  await eventually("they have come", async () => (await stoves()) === 5);
  await publish({ type: "safetyStock", units: 3 });
  expect(await stoves()).toBe(2);
  await publish({ type: "safetyStock", units: 3 }, { type: "quota", units: 1 });
  expect(await stoves()).toBe(1);
  await retailer.capture({ lines: [{ sku: stove, quantity: 1, unitPrice: 100 }] });
  await eventually("the quota is used up", async () => (await stoves()) === 0);
  await publish();
});

test("the confirmation of an order names what goes with it and lies where it leaves", async () => {
  const bought = await retailer.capture({ lines: [{ sku: tent, quantity: 1, unitPrice: 100 }] });
  const { content } = await retailer.admin.get<{ content: object }>(
    "/v1/documents/message-template/order-confirmed-en/versions/1",
  );
  const { message } = await retailer.admin.post<{ message: { text: string } }>("/v1/message-previews", {
    template: content,
    order: bought.id,
  });
  expect(message.text).toMatch(/Goes well with your order:\s+Thing 2\s/);
  expect(message.text).not.toContain("Thing 3");
});

test("nobody learns of places and channels that are not his; what is unknown is named", async () => {
  const limited = await retailer.caller(["availability:read"], { locationCodes: ["york"] });
  await expect(limited.get(`/v1/recommendations?sku=${tent}&channel=web&location=london`)).rejects.toThrow(
    /404.*unknownLocation/,
  );
  const anywhere = await limited.get<Answer>(`/v1/recommendations?sku=${tent}&channel=web`);
  expect([anywhere.location, anywhere.items]).toEqual([null, []]);
  await expect(ask({ sku: "NO-SUCH" })).rejects.toThrow(/404.*unknownSku/);
  await expect(ask({ channel: "no-such" })).rejects.toThrow(/404.*unknownChannel/);
  await expect(ask({ destination: "95,0" })).rejects.toThrow(/422.*destination/);
  await expect(ask({ destination: "50,0", location: "leeds" })).rejects.toThrow(/422.*destination/);
});

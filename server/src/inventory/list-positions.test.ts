import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STOCK_NOW, type StockWorld, stockWorld } from "../../test/harness/stock.ts";
import { newId } from "../platform/ids.ts";
import { applyMovements, beginHolds, keepReservations, movementsOfHold } from "./public.ts";

let world: StockWorld;
const origin = { actor: "system:test", requestId: null };

beforeAll(async () => {
  world = await stockWorld({ skus: 30, locations: 6 });
  const { pool } = world.database;
  await pool.query(
    `update catalog.skus set product_id = 'P-BOOT', gtin = '4006381333931', name = 'Winter Boot 100% wool', category_path = 'shoes/boots', image_url = '/boot.svg' where code = 'S3'`,
  );
  await pool.query(`update catalog.skus set category_path = 'shoes' where code = 'S4'`);
  await pool.query(`update catalog.skus set category_path = 'shoestrings' where code = 'S5'`);
  await pool.query(
    `insert into inventory.positions (sku_id, location_id) select s, l from generate_series(1, 30) as s, generate_series(1, 6) as l`,
  );
  const hold = {
    id: newId(),
    expiresAt: new Date(Date.now() + 3_600_000),
    units: [{ skuId: 7, locationId: 1, quantity: 12 }],
  };
  const move = { locationId: 1, occurredAt: STOCK_NOW, source: "test", origin };
  await world.database.transaction(async (transaction) => {
    beginHolds(transaction, [hold]);
    keepReservations(transaction, [hold]);
    void applyMovements(transaction, [
      ...Array.from({ length: 30 }, (_, n) => ({ ...move, kind: "receipt" as const, skuId: n + 1, onHand: 10 })),
      { ...move, kind: "damage", skuId: 6, damaged: 2 },
      ...movementsOfHold(hold, 1, { ...move, kind: "reservation" }),
      { ...move, kind: "loss", skuId: 7, onHand: -1 },
    ]);
  });
});
afterAll(async () => {
  await world.audit();
  await world.close();
});

interface Listed {
  sku: string;
  location: string;
  [field: string]: unknown;
}
const list = async (query: string) => {
  const answer = await world.api.call("GET", `/v1/positions?${query}`);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.json<{ data: Listed[]; next: string | null }>();
};
const skusOf = async (query: string) => [...new Set((await list(`${query}&limit=200`)).data.map(({ sku }) => sku))];

test("a position is found by SKU, product ID, name and GTIN, in any case and in part", async () => {
  for (const query of ["P-BOOT", "p-boo", "winter boot", "4006381333931", "6381333", "100%25 wool"])
    expect([query, await skusOf(`query=${query}`)]).toEqual([query, ["S3"]]);
  expect(await skusOf("sku=S3")).toEqual(["S3"]);
  expect(await skusOf("query=S3")).toEqual(["S3", "S30"]);
  expect(await skusOf("query=100%25%25")).toEqual([]);
  expect(await skusOf("query=_____")).toEqual([]);
  expect(await skusOf("category=shoes")).toEqual(["S3", "S4"]);
  expect((await list("sku=S3&location=L1")).data).toEqual([
    {
      sku: "S3",
      name: "Winter Boot 100% wool",
      imageUrl: "/boot.svg",
      location: "L1",
      onHand: 10,
      reserved: 0,
      allocated: 0,
      damaged: 0,
      available: 10,
      short: 0,
      countedAt: null,
      version: 1,
    },
  ]);
});

test("short, damaged and sold-out positions are listed exactly, alone and with other filters", async () => {
  expect((await list("state=short")).data).toMatchObject([{ sku: "S7", location: "L1", available: -3, short: 3 }]);
  expect((await list("state=short&query=NUMBER 7")).data).toHaveLength(1);
  expect((await list("state=short&query=NUMBER 8")).data).toHaveLength(0);
  expect((await list("state=short&sku=S7&location=L2")).data).toHaveLength(0);
  expect((await list("state=damaged")).data).toMatchObject([{ sku: "S6", damaged: 2, available: 8 }]);
  expect((await list("state=out&location=L1")).data.map(({ sku }) => sku)).toEqual(["S7"]);
  expect((await list("state=out&limit=200")).data).toHaveLength(151);
});

test("pages of any size and every filter show every position once, along the codes", async () => {
  for (const filter of ["", "query=number&", "category=shoes&", "location=L2&", "state=out&"]) {
    const whole = (await list(`${filter}limit=200`)).data.map(({ sku, location }) => `${sku} ${location}`);
    const paged: string[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(
        `${filter}limit=7${after === "" ? "" : `&after=${after}`}`,
      );
      paged.push(...page.data.map(({ sku, location }) => `${sku} ${location}`));
      after = page.next;
    }
    expect(paged).toEqual(whole);
    expect(whole).toEqual(whole.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))));
  }
});

test("the export has the rows of the list, and formulas in names are disarmed", async () => {
  await world.database.pool.query(`update catalog.skus set name = '=1+1' where code = 'S8'`);
  const { text, headers } = await world.api.call("GET", "/v1/positions.csv?query=S");
  const rows = parse(text, { columns: true }) as Record<string, string>[];
  expect(headers["content-type"]).toContain("text/csv");
  expect(rows).toHaveLength(180);
  expect(rows.find((row) => row["sku"] === "S6" && row["location"] === "L1")).toMatchObject({
    onHand: "10",
    damaged: "2",
    available: "8",
  });
  expect(rows.find((row) => row["sku"] === "S8")!["name"]).toBe("'=1+1");
});

test("a cursor that is not of this list is refused", async () => {
  for (const after of [
    "nonsense",
    Buffer.from('["S1"]').toString("base64url"),
    Buffer.from('[1,"L1"]').toString("base64url"),
  ]) {
    expect((await world.api.call("GET", `/v1/positions?after=${after}`)).status).toBe(422);
  }
});

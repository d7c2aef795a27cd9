import { Type } from "typebox";
import { expect, test } from "vitest";
import { testDatabase } from "../../../test/harness/database.ts";
import { openDatabase } from "../db/database.ts";
import { newId } from "../ids.ts";
import { declareEvents, describeEvents } from "./declare-events.ts";
import { readEntityEvents } from "./read-feed.ts";

const events = declareEvents({
  "parcel.packed": { description: "It was packed.", version: 3, data: Type.Object({ weightGrams: Type.Integer() }) },
  "parcel.lost": { description: "It was lost.", version: 1, entityType: "shipment", data: Type.Object({}) },
});

test("declared events are recorded with the version and entity type of their declaration", async () => {
  const own = await testDatabase();
  const database = openDatabase({ url: own.url });
  const entityId = newId();
  const rest = { entityId, occurredAt: new Date(), origin: { actor: "system:test", requestId: null } };
  await database.transaction(async (transaction) =>
    events.record(transaction, [
      { ...rest, type: "parcel.packed", sequence: 1, data: { weightGrams: 1200 } },
      { ...rest, type: "parcel.lost", sequence: 2, data: {} },
    ]),
  );
  const found = await readEntityEvents(database, entityId, { after: 0, limit: 10 });
  expect(found.map(({ type, entityType, schemaVersion, data }) => [type, entityType, schemaVersion, data])).toEqual([
    ["parcel.packed", "parcel", 3, { weightGrams: 1200 }],
    ["parcel.lost", "shipment", 1, {}],
  ]);
  await database.close();
  await own.close();
});

test("the registry lists every declared type once, by name and version", () => {
  expect(Object.keys((describeEvents([events]) as { events: object }).events)).toEqual([
    "parcel.lost.1",
    "parcel.packed.3",
  ]);
  expect(() => describeEvents([events, events])).toThrow("parcel.packed.3");
});

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, openRetailer, type Retailer } from "../harness/retailer.ts";

/** W1: a workflow is changed as data, checked before it goes live, effective at once in every process, versioned. */
let retailer: Retailer;
let beside: Retailer;

beforeAll(async () => {
  retailer = await openRetailer();
  beside = await openRetailer({ beside: retailer });
});
afterAll(async () => {
  await beside.close();
  await retailer.close();
});

interface Workflow {
  states: Record<string, Record<string, unknown>>;
  [field: string]: unknown;
}

const shipped = (file: string): Workflow =>
  JSON.parse(readFileSync(new URL(`../../workflows/${file}`, import.meta.url), "utf8")) as Workflow;
const PATH = "/v1/documents/workflow/standard-order";

/** What cannot be promised waits under another label than before. */
function relabeled(label: string): Workflow {
  const workflow = shipped("standard-delivery.order.json");
  workflow.states["waitingForStock"]!["meta"] = { label };
  return workflow;
}

async function publish(content: Workflow): Promise<number> {
  await retailer.admin.put(`${PATH}/draft`, { content });
  const { version } = await retailer.admin.post<{ version: number }>(`${PATH}/publish`, { note: "for the test" });
  return version;
}

async function captureWaiting(where: Retailer): Promise<string> {
  const sku = await retailer.sku();
  const order = await where.capture({
    channel: "shop",
    externalReference: crypto.randomUUID(),
    lines: [{ sku, quantity: 1, unitPrice: 100 }],
  });
  return order.id;
}

const statusOf = async (id: string): Promise<string> => (await retailer.order(id)).status;

test("a shipped workflow is version 1 of its document, and can be read with all its faults: none", async () => {
  expect(await retailer.admin.get(PATH)).toMatchObject({
    publishedVersion: 1,
    origin: "shipped",
    title: "Standard order",
  });
  expect(await retailer.admin.get(`${PATH}/versions/1`)).toMatchObject({ shippedVersion: 6 });
});

test("a faulty workflow is refused with pointers; the one in force goes on", async () => {
  const broken = relabeled("confirmed");
  (broken.states["shipped"] as { on: unknown }).on = { progressed: "nowhere" };
  await retailer.admin.put(`${PATH}/draft`, { content: broken });
  const answer = await retailer.admin.ask<{ errors: { pointer: string }[] }>("POST", `${PATH}/publish`, { note: "x" });
  expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, "/states/shipped/on/progressed"]);
  expect(await statusOf(await captureWaiting(retailer))).toBe("confirmed");
});

test("a published version is what new orders start with, at once in every process; running ones stay on theirs", async () => {
  const before = await captureWaiting(retailer);
  await publish(relabeled("processing"));
  expect(await statusOf(await captureWaiting(retailer))).toBe("processing");
  await eventually("the other process uses the new version", async () => {
    return (await statusOf(await captureWaiting(beside))) === "processing";
  });
  expect(await statusOf(before)).toBe("confirmed");
  await retailer.admin.post(`/v1/orders/${before}/cancel`, { reason: "changed mind" });
  expect(await statusOf(before)).toBe("cancelled");
  await retailer.audit();
});

test("a workflow keeps its code and its entity type, and one that orders start with is not withdrawn", async () => {
  const renamed = { ...relabeled("confirmed"), id: "other-order" };
  await retailer.admin.put(`${PATH}/draft`, { content: renamed });
  expect(await retailer.admin.refused(`${PATH}/publish`, { note: "x" })).toBe("faultyDraft");
  const other = { ...shipped("delivery.fulfillment-order.json"), id: "standard-order" };
  await retailer.admin.put(`${PATH}/draft`, {
    content: JSON.parse(JSON.stringify(other).replaceAll("#delivery-fulfillment", "#standard-order")),
  });
  expect(await retailer.admin.refused(`${PATH}/publish`, { note: "x" })).toBe("faultyDraft");
  expect(await retailer.admin.refused(`${PATH}/retire`, { note: "x" })).toBe("documentInUse");
});

test("what the previous release adds when it starts beside this one is no publication", async () => {
  const version = await publish(relabeled("confirmed"));
  await retailer.database.pool.query(
    `insert into workflow.definitions (code, entity_type, version, document, content_hash)
     select code, entity_type, max(version) + 1, (array_agg(document order by version))[1], '\\x00' from workflow.definitions
      where code = 'standard-order' group by code, entity_type`,
  );
  const later = await openRetailer({ beside: retailer });
  const { rows } = await later.database.pool.query<{ document_version: number }>(
    `select d.document_version from workflow.instances i join workflow.definitions d on d.id = i.definition_id where i.entity_id = $1`,
    [await captureWaiting(later)],
  );
  expect(rows).toEqual([{ document_version: version }]);
  expect(await publish(relabeled("processing"))).toBe(version + 1);
  await later.close();
});

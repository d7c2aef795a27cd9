import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../../server/src/platform/db/database.ts";
import { read, write } from "./ask-api.ts";
import {
  accessibilityFaults,
  type Console,
  launch,
  openConsole,
  PHONE,
  picture,
  sidewaysOverflow,
} from "./open-console.ts";

/** A business user adds a fraud review to the standard workflow, with the console alone; agents work through it. */
const CODE = "standard-order";
const DOCUMENT = `/v1/documents/workflow/${CODE}`;
/** A name of its own, so that it can be repeated on the same server. */
const RUN = Date.now().toString(36);
const QUEUE = `review-${RUN}`;
const QUEUE_TITLE = `High-value review ${RUN}`;

interface Document {
  publishedVersion: number;
  draft: { revision: number } | null;
}

interface Task {
  id: string;
  team: string;
  level: number;
  outcome: string | null;
}

interface Order {
  id: string;
  number: number;
  status: string;
  fulfillmentOrders: { id: string }[];
}

let browser: Browser;
let desk: Console;
let database: Database;
/** What was in force before: it is put back, so that the other tests find the orders' way as it was. */
let before: { version: number; content: object };

beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
  database = openDatabase({ url: inject("databaseUrl"), connections: 1, applicationName: "test" });
  const { publishedVersion, draft } = await read<Document>(desk.page, DOCUMENT);
  if (draft) await send(desk.page, "DELETE");
  const { content } = await read<{ content: object }>(desk.page, `${DOCUMENT}/versions/${publishedVersion}`);
  before = { version: publishedVersion, content };
});

afterAll(async () => {
  const { page } = desk;
  const { publishedVersion } = await read<Document>(page, DOCUMENT);
  if (publishedVersion !== before.version) {
    const mapping = { fraudReview: "processing" };
    await send(page, "PUT", { content: before.content });
    await write(page, `${DOCUMENT}/publish`, { note: "As it was.", options: { mapping } });
  }
  await database.close();
  await browser.close();
});

/** To the draft. */
function send(page: Page, method: "PUT" | "DELETE", body?: object): Promise<number> {
  return page.evaluate(
    async ([verb, to, text]) => {
      const headers = { "content-type": "application/json" };
      return (await fetch(to!, text === "" ? { method: verb! } : { method: verb!, headers, body: text! })).status;
    },
    [method, `${DOCUMENT}/draft`, body === undefined ? "" : JSON.stringify(body)],
  );
}

async function capture(page: Page, amount: number): Promise<Order> {
  const { id } = await write<Order>(page, "/v1/orders", {
    channel: "web",
    externalReference: `REVIEW-${crypto.randomUUID()}`,
    fulfillmentChoices: [
      { id: "home", method: "delivery", address: { city: "Utrecht", country: "NL", latitude: 52.09, longitude: 5.12 } },
    ],
    lines: [{ sku: "STORY-GIFT", quantity: 1, unitPrice: amount }],
    tenders: [{ type: "card", amount }],
  });
  return read<Order>(page, `/v1/orders/${id}`);
}

const statusOf = async (page: Page, id: string) => (await read<Order>(page, `/v1/orders/${id}`)).status;
const tasksOf = async (page: Page, id: string) => (await read<{ data: Task[] }>(page, `/v1/tasks?order=${id}`)).data;

test("a queue that gives its tasks to operations after two hours is set up with the console alone", async () => {
  const { page } = desk;
  await page.goto("/tasks");
  await page.getByRole("link", { name: "Queues", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Task queues" }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "New queue" }).click();
  await page.getByRole("textbox", { name: "Code", exact: true }).fill(QUEUE);
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(QUEUE_TITLE);
  await page.getByRole("combobox", { name: "Team", exact: true }).fill("fraud");
  await page.getByRole("button", { name: "Add a level" }).click();
  const level = page.getByRole("group", { name: "Level 1" });
  await level.getByLabel("After").fill("2");
  await level.getByLabel("Give it to team").fill("operations");
  await level.getByLabel("Priority").fill("90");
  await picture(page, "task-queue");
  expect(await accessibilityFaults(page)).toEqual([]);
  await publishQueue(page, "Dear orders are looked at.");
  await page.getByRole("link", { name: QUEUE_TITLE }).waitFor();

  // What is different is shown before it is in force.
  await page.goto(`/task-queues/${QUEUE}`);
  await page.getByLabel("To be done within").fill("6");
  await page.getByRole("button", { name: "Review and publish" }).click();
  const review = page.getByRole("dialog");
  await review.getByText(/6 h, no longer 4 h/).waitFor();
  await picture(page, "task-queue-review");
  await review.getByRole("button", { name: "Back" }).click();
  expect(await read(page, `/v1/documents/task-queue/${QUEUE}`)).toMatchObject({ publishedVersion: 1 });
  await publishQueue(page, "Six hours are enough.");
  await page.getByRole("link", { name: QUEUE_TITLE }).waitFor();
  expect(await read(page, `/v1/documents/task-queue/${QUEUE}`)).toMatchObject({ publishedVersion: 2 });
});

async function publishQueue(page: Page, why: string): Promise<void> {
  await page.getByRole("button", { name: "Review and publish" }).click();
  const review = page.getByRole("dialog");
  await review.getByLabel("Why").fill(why);
  await review.getByRole("button", { name: "Publish" }).click();
}

test("orders over 500 are looked at before anything is handed over, once that is published", async () => {
  const { page } = desk;
  await page.goto(`/changes/workflows/${CODE}`);
  await page.getByRole("link", { name: "Change it" }).click();
  await page.getByRole("heading", { level: 1, name: /^Draft:/ }).waitFor();
  await page.getByRole("button", { name: /: Created → Processing/ }).click();
  await page.getByRole("button", { name: "Let people look first" }).click();
  await page.getByLabel("Name of the state").fill("Fraud review");
  await page.getByRole("combobox", { name: "Queue" }).click();
  await page.getByRole("option", { name: QUEUE_TITLE }).click();
  await page.getByRole("textbox", { name: "What is to be done" }).fill("Is this order genuine?");
  await page.getByRole("combobox", { name: "Condition", exact: true }).fill("order.total > 50000");
  await page.getByRole("checkbox", { name: "Reserve the stock meanwhile" }).waitFor();
  await picture(page, "workflow-review");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Let people look first" }).click();
  await page.getByText("All changes saved").waitFor();
  await page.getByRole("textbox", { name: "How, English" }).fill("Call the customer if the address is new.");
  await page.getByRole("textbox", { name: "How, English" }).blur();
  await page.getByText("All changes saved").waitFor();
  await picture(page, "workflow-task");
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole("button", { name: "Review and publish" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Why").fill("Fraud review over 500.");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.getByText(`Version ${before.version + 1} in force`).waitFor();

  const small = await capture(page, 2_900);
  expect(small.status).toBe("processing");
  expect(await tasksOf(page, small.id)).toEqual([]);
});

test("an agent claims what is asked and accepts it, and the order goes on", async () => {
  const { page } = desk;
  const order = await capture(page, 69_000);
  expect(order.status).toBe("created");
  await page.goto("/tasks?show=unclaimed");
  await page
    .getByRole("navigation", { name: "Queues" })
    .getByRole("link", { name: new RegExp(`^${QUEUE_TITLE}`) })
    .click();
  const list = page.getByRole("list", { name: "Tasks" });
  await list.getByRole("link", { name: new RegExp(String(order.number)) }).click();
  const task = page.getByRole("region", { name: "Task", exact: true });
  await task.getByText("Call the customer if the address is new.").waitFor();
  await picture(page, "tasks");
  expect(await accessibilityFaults(page)).toEqual([]);
  // What is claimed is no longer unclaimed, and stays in sight.
  await page.keyboard.press("c");
  await task.getByRole("button", { name: "Accept" }).waitFor();
  await task.getByRole("textbox", { name: "Say something to whoever works on it" }).fill("Known customer.");
  await task.getByRole("button", { name: "Comment" }).click();
  await task.getByText("Known customer.").waitFor();
  await picture(page, "task-claimed");
  expect(await accessibilityFaults(page)).toEqual([]);
  await task.getByRole("button", { name: "Accept" }).click();
  await task.getByRole("button", { name: "Accept" }).waitFor({ state: "detached" });
  expect(await statusOf(page, order.id)).toBe("processing");

  await page.goto(`/orders/${order.id}`);
  const timeline = page.getByRole("list", { name: "Timeline" });
  await timeline.getByText("“Is this order genuine?” done: Accept").waitFor();
  await timeline.getByText("Task opened: Is this order genuine?").waitFor();
  await timeline.getByText("Comment on “Is this order genuine?”").waitFor();
});

test("what somebody works on is taken over, said as such", async () => {
  const { page } = desk;
  const order = await capture(page, 61_000);
  const [task] = await tasksOf(page, order.id);
  const { data: assignees } = await read<{ data: { actor: string; name: string }[] }>(
    page,
    `/v1/tasks/${task!.id}/assignees?query=Freya`,
  );
  await write(page, `/v1/tasks/${task!.id}/assign`, { assignee: assignees[0]!.actor });
  await page.goto(`/tasks/${task!.id}`);
  await page.getByText("Freya Lund").first().waitFor();
  expect(await page.getByRole("button", { name: "Accept" }).count()).toBe(0);
  await page.getByRole("button", { name: "Take over" }).click();
  const dialog = page.getByRole("dialog", { name: "Take over from Freya Lund" });
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Take over" }).click();
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByRole("button", { name: "Accept" }).waitFor({ state: "detached" });
  expect(await statusOf(page, order.id)).toBe("processing");
});

test("who rejects on the order's page cancels it, and both stand in the history", async () => {
  const { page } = desk;
  const order = await capture(page, 59_000);
  await page.goto(`/orders/${order.id}`);
  const waiting = page.getByRole("region", { name: "Waits for a decision" });
  await waiting.getByRole("button", { name: "Claim" }).click();
  await waiting.getByRole("button", { name: "Reject" }).waitFor();
  await picture(page, "order-task");
  expect(await accessibilityFaults(page)).toEqual([]);
  await waiting.getByRole("button", { name: "Reject" }).click();
  await page.getByText("“Is this order genuine?” done: Reject").waitFor();
  expect(await statusOf(page, order.id)).toBe("cancelled");
  await page.goto("/tasks?show=history");
  const list = page.getByRole("list", { name: "Tasks" });
  await list
    .getByRole("link", { name: new RegExp(String(order.number)) })
    .getByText("Reject")
    .waitFor();
  await picture(page, "task-history");
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("what nobody does in two hours goes to operations, and the inbox shows it", async () => {
  const { page } = desk;
  const order = await capture(page, 79_000);
  const [task] = await tasksOf(page, order.id);
  expect(task).toMatchObject({ team: "fraud", level: 0 });
  await database.pool.query(
    `update tasks.tasks set due_at = now() - interval '1 hour', escalates_at = now() - interval '1 minute',
       escalations = (select jsonb_agg(jsonb_set(one, '{at}', to_jsonb(now() - interval '1 minute'))) from jsonb_array_elements(escalations) one)
     where id = $1`,
    [task!.id],
  );
  await page.goto(`/tasks?queue=${QUEUE}`);
  const row = page.getByRole("list", { name: "Tasks" }).getByRole("link", { name: new RegExp(String(order.number)) });
  await row.getByText("Escalated").waitFor();
  await row.getByText("Operations").waitFor();
  await row.getByText("Overdue").waitFor();
  await row.getByText("High priority").waitFor();
  await row.click();
  await picture(page, "task-escalated");
  await page.goto(`/orders/${order.id}`);
  await page.getByText("Escalated, not done in time: Is this order genuine?").waitFor();
  expect(desk.complaints).toEqual([]);
});

test("exceptions are given to another team and resolved, many together", async () => {
  const { page } = desk;
  const kind = `made${RUN}`;
  for (const number of [1, 2])
    await write(page, "/v1/exceptions", {
      kind,
      entityType: "carrier",
      entityId: `carrier-${RUN}-${number}`,
      reason: "It tells two things that cannot both be true.",
      ownerTeam: "operations",
      dueAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
  await page.goto(`/exceptions?kind=${kind}`);
  await page.getByRole("checkbox", { name: "Select all" }).check();
  await page.getByRole("button", { name: "Assign" }).last().click();
  await page.getByRole("dialog").getByLabel("Team").fill("carriers");
  await page.getByRole("dialog").getByRole("button", { name: "Assign" }).click();
  await page.getByText("2 done").waitFor();
  await page.getByRole("cell", { name: "carriers" }).nth(1).waitFor();
  await page.getByRole("checkbox", { name: "Select all" }).check();
  await picture(page, "exceptions");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Resolve" }).last().click();
  await page.getByRole("dialog").getByRole("textbox").fill("The carrier says the second.");
  await page.getByRole("dialog").getByRole("button", { name: "Resolve" }).click();
  await page.getByText("No exceptions").waitFor();
  const { data } = await read<{ data: { resolution: string }[] }>(page, `/v1/exceptions?kind=${kind}&open=false`);
  expect(data.map(({ resolution }) => resolution)).toEqual(Array(2).fill("The carrier says the second."));
});

test("tasks are done on a phone, by thumb", async () => {
  const phone = await openConsole(browser, PHONE);
  const { page } = phone;
  const order = await capture(page, 89_000);
  const [task] = await tasksOf(page, order.id);
  await page.goto("/tasks");
  await page.getByRole("list", { name: "Tasks" }).waitFor();
  await picture(page, "phone-tasks");
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(1);
  await page.getByRole("link", { name: new RegExp(String(order.number)) }).click();
  await page.getByRole("button", { name: "Claim" }).click();
  await page.getByRole("button", { name: "Accept" }).waitFor();
  await picture(page, "phone-task");
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(1);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByRole("button", { name: "Accept" }).waitFor({ state: "detached" });
  expect(await read<Task>(page, `/v1/tasks/${task!.id}`)).toMatchObject({ outcome: "accept" });
  for (const path of ["/task-queues", `/task-queues/${QUEUE}`, "/exceptions"]) {
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.locator("main .mantine-Skeleton-root").first().waitFor({ state: "detached" });
    expect(await accessibilityFaults(page), path).toEqual([]);
    expect(await sidewaysOverflow(page), `${path} scrolls sideways`).toBeLessThanOrEqual(1);
  }
  expect(phone.complaints).toEqual([]);
  await phone.context.close();
});

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureShippedRoles } from "../../src/access/public.ts";
import type { Caller } from "../harness/caller.ts";
import { statement } from "../../src/platform/db/statements.ts";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

/** W4: who may do which tasks in which of their states, what is told of them, and what became of them. */
let shop: Retailer;
let associate: Caller;
beforeAll(async () => {
  shop = await openRetailer();
  await ensureShippedRoles(shop.database);
  const { data: roles } = await shop.admin.get<{ data: { code: string; permissions: string[] }[] }>("/v1/roles");
  const { permissions } = roles.find(({ code }) => code === "store-associate")!;
  associate = await shop.caller(permissions, { locationCodes: ["leeds"] });
  await askBeforePacking();
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

interface Task {
  id: string;
  orderId: string;
  entityId: string;
  assignee: string | null;
  closedAt: string | null;
  closedByName: string | null;
  outcome: string | null;
}

async function askBeforePacking(): Promise<void> {
  const file = new URL("../../workflows/delivery.fulfillment-order.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as {
    states: { open: { states: Record<string, { on: Record<string, unknown>; entry?: object; meta: object }> } };
  };
  const { states } = content.states.open;
  const { pack, reject } = states["picking"]!.on;
  states["picking"]!.on = { ...states["picking"]!.on, pack: "review" };
  states["review"] = {
    meta: { label: "picking" },
    entry: {
      type: "openTask",
      params: {
        queue: "store",
        title: TITLE,
        instructions: { en: "Open it.", de: "Öffnen." },
        outcomes: [
          { event: "approve", label: { en: "Approve", de: "Freigeben" } },
          { event: "doubt", label: "Doubt" },
        ],
      },
    },
    on: { approve: pack, doubt: { target: "picking" }, reject },
  };
  await shop.admin.put("/v1/documents/workflow/delivery-fulfillment/draft", { content });
  await shop.admin.post("/v1/documents/workflow/delivery-fulfillment/publish", { note: "Four eyes" });
}

const TITLE = { en: "Look at the parcel", de: "Paket ansehen" };

/** A task about work at this location. */
async function taskAt(location: string): Promise<Task> {
  const sku = await shop.sku({ [location]: 1 });
  const order = await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 1_000 }] });
  for (const action of ["accept", "start-picking", "pack"])
    await shop.admin.post(`/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/${action}`, {});
  const [task] = await shop.admin.list<Task>(`/v1/tasks?order=${order.id}`);
  return task!;
}

type Verb = "claim" | "release" | "comment" | "complete";
const BODIES = { claim: {}, release: {}, comment: { text: "On it." }, complete: { outcome: "approve" } } as const;
const attempt = async (who: Caller, id: string, verb: Verb) => {
  const { status, body } = await who.ask<{ code?: string }>("POST", `/v1/tasks/${id}/${verb}`, BODIES[verb]);
  return status === 200 ? 200 : `${status} ${body.code}`;
};
const attempts = async (id: string) => {
  const answers: Record<string, unknown> = {};
  for (const verb of ["claim", "release", "comment", "complete"] as const)
    answers[verb] = await attempt(associate, id, verb);
  return answers;
};

test("a store associate does the tasks of the own store and no other, in every state of a task", async () => {
  const everything = { claim: 200, release: 200, comment: 200, complete: 200 };
  const closed = "409 taskClosed";
  const ended = { claim: closed, release: closed, comment: closed, complete: closed };
  const hidden = "404 notFound";
  const foreign = { claim: hidden, release: hidden, comment: hidden, complete: hidden };

  expect(await attempts((await taskAt("leeds")).id)).toEqual(everything);
  const taken = await taskAt("leeds");
  await shop.admin.post(`/v1/tasks/${taken.id}/claim`, {});
  const others = "409 taskTaken";
  expect(await attempts(taken.id)).toEqual({ claim: others, release: others, comment: 200, complete: others });
  const done = await taskAt("leeds");
  await shop.admin.post(`/v1/tasks/${done.id}/complete`, { outcome: "approve" });
  expect(await attempts(done.id)).toEqual(ended);
  const withdrawn = await taskAt("leeds");
  await shop.admin.post(`/v1/orders/${withdrawn.orderId}/cancel`, { reason: "changed my mind" });
  expect(await attempts(withdrawn.id)).toEqual(ended);

  for (const prepare of ["open", "claim", "complete"] as const) {
    const other = await taskAt("york");
    if (prepare !== "open") await shop.admin.post(`/v1/tasks/${other.id}/${prepare}`, BODIES[prepare]);
    expect(await attempts(other.id), `york, ${prepare}`).toEqual(foreign);
    const listed = `/v1/tasks?order=${other.orderId}&open=${String(prepare !== "complete")}`;
    expect(await associate.list<Task>(listed)).toEqual([]);
    expect(await shop.admin.list<Task>(listed)).toHaveLength(1);
  }
  // What concerns no location is not a store's.
  await shop.database.pool.query("update tasks.tasks set location = null where id = $1", [taken.id]);
  expect(await attempts(taken.id)).toEqual(foreign);
});

test("what has ended is told, latest first, by how, when and what it was about", async () => {
  const [first, second, third] = [await taskAt("leeds"), await taskAt("leeds"), await taskAt("leeds")];
  const complete = (task: Task, outcome: string) => shop.admin.post<Task>(`/v1/tasks/${task.id}/complete`, { outcome });
  await complete(first, "approve");
  await complete(second, "doubt");
  const { closedAt } = await complete(third, "approve");
  const ids = async (query: string) =>
    (await shop.admin.list<Task>(`/v1/tasks?open=false&${query}`)).map(({ id }) => id);
  expect((await ids("queue=store")).slice(0, 3)).toEqual([third.id, second.id, first.id]);
  expect((await ids("outcome=doubt"))[0]).toBe(second.id);
  expect(await ids("outcome=doubt")).not.toContain(first.id);
  expect(await ids(`order=${first.orderId}`)).toEqual([first.id]);
  expect(await ids(`closedFrom=${closedAt}`)).toEqual([third.id]);
  expect(await ids(`closedTo=${closedAt}`)).not.toContain(third.id);
  expect(await ids("outcome=withdrawn")).not.toContain(first.id);
  expect(await ids("entityType=order")).toEqual([]);
  const pages: string[] = [];
  let next: string | null = null;
  do {
    const page: { data: Task[]; next: string | null } = await shop.admin.get(
      `/v1/tasks?open=false&limit=2${next === null ? "" : `&after=${next}`}`,
    );
    pages.push(...page.data.map(({ id }) => id));
    next = page.next;
  } while (next !== null);
  expect(new Set(pages).size).toBe(pages.length);
  expect(pages).toEqual(await ids(""));
  expect((await shop.admin.get<Task>(`/v1/tasks/${third.id}`)).closedByName).toBe("test");
});

test("open tasks are counted by queue, team and location, for each as far as they see", async () => {
  interface Counts {
    data: { queue: string; title: string; location: string | null; open: number; overdue: number; mine: number }[];
  }
  const task = await taskAt("york");
  await taskAt("leeds");
  await shop.database.pool.query("update tasks.tasks set due_at = now() - interval '1 hour' where id = $1", [task.id]);
  await shop.admin.post(`/v1/tasks/${task.id}/claim`, {});
  const all = await shop.admin.get<Counts>("/v1/task-counts");
  const york = all.data.find(({ location }) => location === "york")!;
  expect(york).toMatchObject({ queue: "store", title: "Store", overdue: 1, mine: 2 });
  const own = await associate.get<Counts>("/v1/task-counts");
  expect(new Set(own.data.map(({ location }) => location))).toEqual(new Set(["leeds"]));
  expect(own.data[0]).toMatchObject({ overdue: 0, mine: 0 });
  const [row] = await shop.admin.list<Task>("/v1/tasks?location=york&overdue=true&mine=true");
  expect(row!.id).toBe(task.id);
  expect(await shop.admin.list<Task>("/v1/tasks?location=york&overdue=true&unclaimed=true")).toEqual([]);
});

test("a chain of many stores is counted as a whole, and told by those with most overdue", async () => {
  const task = await taskAt("york");
  const before = await shop.admin.get<{ data: { open: number }[] }>("/v1/task-counts");
  const sum = (counts: { open: number }[]): number => counts.reduce((total, { open }) => total + open, 0);
  await shop.database.pool.query(
    `insert into tasks.tasks
     select (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'location', 'far-' || number, 'entry', 1000 + number))).*
     from tasks.tasks t, generate_series(1, 80) number where t.id = $1`,
    [task.id],
  );
  const after = await shop.admin.get<{ data: { open: number; location: string | null }[] }>("/v1/task-counts");
  await shop.database.pool.query("delete from tasks.tasks where location like 'far-%'");
  expect(sum(after.data)).toBe(sum(before.data) + 80);
  expect(after.data.filter(({ location }) => location !== null)).toHaveLength(50);
});

test("a task is given only to who may do it", async () => {
  const task = await taskAt("leeds");
  const user = async (name: string, roles: string[], locationCodes: string[] | null) => {
    const email = `${name.toLowerCase()}@example.com`;
    const account = { email, name, password: "correct-horse-battery", roles, locationCodes };
    return `user:${(await shop.admin.post<{ id: string }>("/v1/users", account)).id}`;
  };
  const ada = await user("Ada", ["store-associate"], ["leeds"]);
  const bob = await user("Bob", ["store-associate"], ["york"]);
  const eve = await user("Eve", ["finance"], null);
  const { data } = await associate.get<{ data: { actor: string; name: string }[] }>(`/v1/tasks/${task.id}/assignees`);
  expect(data).toEqual([{ actor: ada, name: "Ada" }]);
  const give = (assignee: string | null) => shop.admin.ask<Task>("POST", `/v1/tasks/${task.id}/assign`, { assignee });
  for (const nobody of [bob, eve, "user:00000000-0000-0000-0000-000000000000"])
    expect((await give(nobody)).status, nobody).toBe(422);
  expect((await give(ada)).body.assignee).toBe(ada);
  expect((await give(null)).body.assignee).toBe(null);
});

/** Somebody signed in, who tries things in their name. */
async function person(name: string, more: { roles: string[]; locationCodes?: string[]; teams?: string[] }) {
  const account = { email: `${name}@example.com`, name, password: "correct-horse-battery", ...more };
  const { id } = await shop.admin.post<{ id: string }>("/v1/users", account);
  const headers = { "content-type": "application/json" };
  const { email, password } = account;
  const body = JSON.stringify({ email, password });
  const signedIn = await fetch(`${shop.url}/v1/session`, { method: "POST", headers, body });
  const cookie = signedIn.headers.get("set-cookie")!.split(";")[0]!;
  const call = async (method: "GET" | "POST", path: string, sent?: object) => {
    const init = { method, headers: { ...headers, cookie, origin: shop.url } };
    const answer = await fetch(shop.url + path, sent === undefined ? init : { ...init, body: JSON.stringify(sent) });
    const said = (await answer.json()) as Task & { code?: string; detail?: string; mayDo?: boolean };
    return answer.ok ? said : { ...said, code: `${answer.status} ${said.code}` };
  };
  const tries = async (task: Pick<Task, "id">, verb: Verb | "assign", sent?: object) =>
    (await call("POST", `/v1/tasks/${task.id}/${verb}`, sent ?? (verb === "assign" ? {} : BODIES[verb]))).code ?? 200;
  const sees = async (task: Pick<Task, "id">) => await call("GET", `/v1/tasks/${task.id}`);
  return { actor: `user:${id}`, id, tries, sees };
}

test("a task is done by its team: others see it, talk about it and nothing else; managers do everything (W4)", async () => {
  const roles = ["store-associate"];
  const mia = await person("mia", { roles, locationCodes: ["leeds"], teams: ["store"] });
  const max = await person("max", { roles, locationCodes: ["leeds"], teams: ["store", "fraud"] });
  const una = await person("una", { roles, locationCodes: ["leeds"] });
  const boss = await person("boss", { roles: ["store-manager"], locationCodes: ["leeds"] });
  const task = await taskAt("leeds");
  const strange = "403 notInTeam";

  expect((await una.sees(task)).mayDo).toBe(false);
  expect((await mia.sees(task)).mayDo).toBe(true);
  for (const verb of ["claim", "release", "complete"] as const)
    expect([verb, await una.tries(task, verb)]).toEqual([verb, strange]);
  expect(await una.tries(task, "assign", { assignee: una.actor })).toBe(strange);
  expect(await una.tries(task, "comment")).toBe(200);
  expect(await attempt(associate, task.id, "complete")).toBe(strange);

  // What mia has, max takes over only by saying so; a manager ends it as it stands.
  expect(await mia.tries(task, "claim")).toBe(200);
  for (const verb of ["claim", "release", "complete"] as const)
    expect([verb, await max.tries(task, verb)]).toEqual([verb, "409 taskTaken"]);
  for (const assignee of [max.actor, null]) expect(await max.tries(task, "assign", { assignee })).toBe("409 taskTaken");
  expect(await max.tries(task, "claim", { takeOver: true })).toBe(200);
  expect((await mia.sees(task)).assignee).toBe(max.actor);
  expect(await mia.tries(task, "complete")).toBe("409 taskTaken");
  expect(await boss.tries(task, "complete")).toBe(200);
  for (const verb of ["claim", "release", "complete"] as const)
    expect(await mia.tries(task, verb)).toBe("409 taskClosed");

  // Given to another team it is that one's; to whom it was given does it.
  const given = await taskAt("leeds");
  expect(await mia.tries(given, "assign", { assignee: una.actor })).toBe("422 unableAssignee");
  expect(await mia.tries(given, "assign", { assignee: max.actor, team: "fraud" })).toBe(200);
  expect(await mia.tries(given, "claim", { takeOver: true })).toBe(strange);
  expect(await max.tries(given, "complete")).toBe(200);

  // Nobody in York is in the team: its tasks would wait for nobody.
  const york = await taskAt("york");
  const rob = await person("rob", { roles, locationCodes: ["york"] });
  expect(await rob.tries(york, "complete")).toBe(200);
  expect(await shop.admin.get("/v1/teams")).toMatchObject({
    data: expect.arrayContaining([
      { code: "fraud", members: 1 },
      { code: "purchasing", members: 0 },
      { code: "store", members: 2 },
    ]),
  });
});

test("a team of people who do no tasks keeps nobody from its tasks, and nobody is told to wait for it (W4)", async () => {
  const york = { locationCodes: ["york"] };
  const reader = await person("pia", { roles: ["finance"], teams: ["counters"], ...york });
  // Does tasks, but not there.
  await person("lea", { roles: ["store-associate"], locationCodes: ["leeds"], teams: ["counters"] });
  const nia = await person("nia", { roles: ["store-associate"], ...york });
  const task = await taskAt("york");
  expect(
    await shop.admin.ask("POST", `/v1/tasks/${task.id}/assign`, { assignee: null, team: "counters" }),
  ).toMatchObject({ status: 200 });
  const assignees = async () =>
    (await shop.admin.get<{ data: { actor: string }[] }>(`/v1/tasks/${task.id}/assignees`)).data.map(
      (one) => one.actor,
    );
  expect(await assignees()).toContain(nia.actor);
  expect(await assignees()).not.toContain(reader.actor);
  expect((await nia.sees(task)).mayDo).toBe(true);
  const membersOf = async (code: string): Promise<unknown> =>
    (await shop.admin.list<{ code: string; members: number }>("/v1/teams")).find((team) => team.code === code)?.members;
  expect(await membersOf("counters")).toBe(1);
  // As soon as one of them does tasks there, they are the team's.
  const una = await person("zoe", { roles: ["store-associate"], teams: ["counters"], ...york });
  expect([(await nia.sees(task)).mayDo, (await una.sees(task)).mayDo]).toEqual([false, true]);
  expect(await assignees()).not.toContain(nia.actor);
  expect(await nia.tries(task, "claim")).toBe("403 notInTeam");
  // Who has a task goes with it only into a team in which they can end it.
  expect(await una.tries(task, "claim")).toBe(200);
  await person("ida", { roles: ["store-associate"], teams: ["pickers"], ...york });
  expect(await una.tries(task, "assign", { assignee: una.actor, team: "pickers" })).toBe("422 unableAssignee");
});

test("teams are read page by page (W4)", async () => {
  const whole = await shop.admin.get<{ data: { code: string }[]; next: null }>("/v1/teams?limit=200");
  const codes: string[] = [];
  let next: string | null = null;
  do {
    const after: string = next === null ? "" : `&after=${next}`;
    const page: { data: { code: string }[]; next: string | null } = await shop.admin.get(`/v1/teams?limit=3${after}`);
    expect(page.data.length).toBeLessThanOrEqual(3);
    codes.push(...page.data.map(({ code }) => code));
    next = page.next;
  } while (next !== null);
  expect(codes.length).toBeGreaterThan(3);
  expect([codes, whole.next]).toEqual([whole.data.map(({ code }) => code), null]);
});

test("a queue may name teams that help: they do its tasks too", async () => {
  const draft = "/v1/documents/task-queue/store/draft";
  const { content } = await shop.admin.get<{ content: object }>("/v1/documents/task-queue/store/versions/1");
  await shop.admin.put(draft, { content: { ...content, helpers: ["floaters"] } });
  await shop.admin.post("/v1/documents/task-queue/store/publish", { note: "Floaters help" });
  const ann = await person("ann", { roles: ["store-associate"], locationCodes: ["leeds"], teams: ["store"] });
  const flo = await person("flo", { roles: ["store-associate"], locationCodes: ["leeds"], teams: ["floaters"] });
  const una = await person("ulla", { roles: ["store-associate"], locationCodes: ["leeds"] });
  const task = await taskAt("leeds");
  expect([await una.tries(task, "claim"), await flo.tries(task, "claim"), await ann.tries(task, "claim")]).toEqual([
    "403 notInTeam",
    200,
    "409 taskTaken",
  ]);
});

test("a task says what is to be done, and how, in each language of its workflow (W4)", async () => {
  const { id } = await taskAt("leeds");
  expect(await shop.admin.get(`/v1/tasks/${id}`)).toMatchObject({
    title: TITLE,
    instructions: { en: "Open it.", de: "Öffnen." },
  });
  // The release before reads the plain columns.
  const [row] = await shop.database.read<{ title: string; instructions: string }>(
    statement("test.readTask", "select title, instructions from tasks.tasks where id = $1::uuid"),
    [id],
  );
  expect(row).toEqual({ title: "Look at the parcel", instructions: "Open it." });
});

test("an order's timeline tells of its tasks, in words, among what happened to it", async () => {
  const task = await taskAt("leeds");
  await shop.admin.post(`/v1/tasks/${task.id}/claim`, {});
  await shop.admin.post(`/v1/tasks/${task.id}/complete`, { outcome: "approve" });
  interface Entry {
    type: string;
    actorName: string | null;
    task: { title: unknown; outcome: unknown } | null;
  }
  const { data } = await shop.admin.get<{ data: Entry[] }>(`/v1/orders/${task.orderId}/timeline`);
  const types = data.map(({ type }) => type);
  expect(types[0]).toBe("order.captured");
  expect(types.filter((type) => type.startsWith("task."))).toEqual(["task.opened", "task.assigned", "task.completed"]);
  expect(data.find(({ type }) => type === "task.completed")).toMatchObject({
    actorName: "test",
    task: { title: TITLE, outcome: { en: "Approve", de: "Freigeben" } },
  });
  expect(data[0]!.task).toBe(null);
});

test("an exception is given to another team; one about a parked job ends only with its job", async () => {
  const entityId = "carrier-7";
  const report = {
    kind: "carrierContradiction",
    entityType: "carrier",
    entityId,
    reason: "It says so.",
    ownerTeam: "operations",
  };
  await shop.admin.post("/v1/exceptions", { ...report, dueAt: new Date(Date.now() + 3_600_000).toISOString() });
  interface Exception {
    id: string;
    ownerTeam: string;
  }
  const [open] = await shop.admin.list<Exception>(`/v1/exceptions?entityId=${entityId}`);
  const given = await shop.admin.post<Exception>(`/v1/exceptions/${open!.id}/assign`, { ownerTeam: "carriers" });
  expect(given.ownerTeam).toBe("carriers");
  const nobodysJob = "update tasks.exceptions set kind = 'jobParked', entity_id = $2 where id = $1";
  await shop.database.pool.query(nobodysJob, [open!.id, open!.id]);
  for (const [verb, body] of [
    ["assign", { ownerTeam: "nobody" }],
    ["resolve", { resolution: "Done." }],
  ] as const)
    expect((await shop.admin.ask("POST", `/v1/exceptions/${open!.id}/${verb}`, body)).status, verb).toBe(409);
});

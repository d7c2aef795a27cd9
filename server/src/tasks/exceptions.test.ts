import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApi, testApi } from "../../test/harness/api.ts";
import { type TestDatabase, testDatabase } from "../../test/harness/database.ts";
import { fixedClock } from "../platform/clock.ts";
import { type Database, openDatabase } from "../platform/db/database.ts";
import { runAudit } from "../platform/db/audit-check.ts";
import { eventAudit } from "../platform/events/audit.ts";
import { newId } from "../platform/ids.ts";
import { common } from "../platform/refusals.ts";
import {
  closeExceptions,
  type ExceptionToRaise,
  NONE_REFUSED,
  raiseExceptions,
  type Remedy,
  reportBlockedConsumers,
} from "./public.ts";
import { taskRoutes } from "./routes.ts";

const clock = fixedClock(new Date("2026-11-22T10:00:00Z"));
const origin = { actor: "system:test", requestId: null };
let own: TestDatabase;
let database: Database;
let api: TestApi;

/** What was done about exceptions of kinds that another module settles. */
const settled: string[] = [];
const actedOn: { act: string; count: number; unlocked: number }[] = [];
/** How many of these somebody else could lock now. */
async function note(act: string, exceptions: readonly { id: string }[]): Promise<void> {
  const ids = exceptions.map(({ id }) => id);
  const query = "select from tasks.exceptions where id = any($1::uuid[]) for update skip locked";
  const { rowCount } = await database.pool.query(query, [ids]);
  actedOn.push({ act, count: ids.length, unlocked: rowCount! });
}
const remedy: Remedy = {
  lock: (_, exceptions) => note("lock", exceptions),
  retry: async (_, exceptions) => {
    await note("retry", exceptions);
    const there = exceptions.filter(({ entityId }) => entityId !== "gone");
    settled.push(...there.map(({ entityId }) => `retry ${entityId}`));
    return new Map(
      exceptions.flatMap(({ id, entityId }) => (entityId === "gone" ? [[id, common.refuse("notFound")]] : [])),
    );
  },
  skip: async (_, exceptions) => {
    settled.push(...exceptions.map(({ entityId, reason }) => `skip ${entityId}: ${reason}`));
    return NONE_REFUSED;
  },
};
/** Nothing is left when it comes to nothing: a word ends it. */
const withoutSkip: Remedy = { lock: remedy.lock, retry: remedy.retry };

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url });
  const remedies = {
    timerFailed: remedy,
    jobParked: { ...remedy, permission: () => "jobs:write" },
    webhookFailing: { ...withoutSkip, permission: () => "webhooks:write" },
  };
  api = await testApi(taskRoutes({ database, clock, decideOn: async () => {}, remedies }), [
    "tasks:read",
    "tasks:write",
  ]);
});
afterAll(async () => {
  await api.close();
  await database.close();
  await own.close();
});

function exception(
  kind: string,
  entityId = newId(),
  details: Record<string, unknown> = {},
  dueInMs = 3_600_000,
): ExceptionToRaise {
  return {
    kind,
    entityType: "order",
    entityId,
    reason: 'It is "stuck".',
    details,
    ownerTeam: "operations",
    dueAt: new Date(clock.now().getTime() + dueInMs),
  };
}

async function raise(...exceptions: ExceptionToRaise[]): Promise<void> {
  await database.transaction(async (transaction) => raiseExceptions(transaction, exceptions));
}

interface Listed {
  data: {
    id: string;
    kind: string;
    entityId: string;
    reason: string;
    overdue: boolean;
    closedBy: string | null;
    resolution: string | null;
    nextAction: string;
    actions: string[];
    ownerTeam: string;
  }[];
  next: string | null;
}

async function list(query: string, as: object = {}): Promise<Listed> {
  const answer = await api.call("GET", `/v1/exceptions?${query}`, { as });
  expect(answer.status).toBe(200);
  return answer.json<Listed>();
}

async function eventsOf(kind: string): Promise<{ type: string; sequence: number }[]> {
  const { rows } = await database.pool.query<{ type: string; sequence: number }>(
    "select type, sequence from platform.events where data ->> 'kind' = $1 order by id",
    [kind],
  );
  return rows;
}

test("the same exception raised by many at once, in any order, is open once and has one event", async () => {
  const exceptions = Array.from({ length: 20 }, () => exception("crowded"));
  await Promise.all(Array.from({ length: 16 }, () => raise(...exceptions.toSorted(() => Math.random() - 0.5))));
  expect((await list("kind=crowded")).data).toHaveLength(20);
  expect(await eventsOf("crowded")).toEqual(exceptions.map(() => ({ type: "exception.raised", sequence: 1 })));
});

test("the most urgent comes first, page after page, and the overdue are told apart", async () => {
  const due = [3, -1, 2, -2, 1];
  await raise(...due.map((hours) => exception("urgent", `due${hours}`, {}, hours * 3_600_000)));
  const first = await list("kind=urgent&limit=3");
  const second = await list(`kind=urgent&limit=3&after=${first.next}`);
  expect([...first.data, ...second.data].map(({ entityId }) => entityId)).toEqual([
    "due-2",
    "due-1",
    "due1",
    "due2",
    "due3",
  ]);
  expect(second.next).toBeNull();
  expect((await list("kind=urgent&overdue=true")).data.map(({ entityId, overdue }) => [entityId, overdue])).toEqual([
    ["due-2", true],
    ["due-1", true],
  ]);
  expect((await list("entityId=due1&ownerTeam=operations")).data).toHaveLength(1);
  expect((await list("entityId=due1&ownerTeam=finance")).data).toEqual([]);
});

test("of two who resolve it at once one is heard; it can come back, and its story stays", async () => {
  const entityId = newId();
  await raise(exception("resolved", entityId));
  const { id } = (await list("kind=resolved")).data[0]!;
  const resolve = (resolution: string) => api.call("POST", `/v1/exceptions/${id}/resolve`, { body: { resolution } });
  const answers = await Promise.all([resolve("Done by one."), resolve("Done by the other.")]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  await raise(exception("resolved", entityId));
  expect((await list("kind=resolved")).data[0]!.id).not.toBe(id);
  const closed = (await list("kind=resolved&open=false")).data;
  expect(closed).toMatchObject([
    { id, closedBy: "user:test", resolution: expect.stringMatching(/^Done by/) as string },
  ]);
  const audit = await database.pool.query("select from platform.audit_log where entity_id = $1", [id]);
  expect(audit.rowCount).toBe(1);
});

test("an exception whose cause is gone closes by itself, and closing what is not open changes nothing", async () => {
  const entityId = newId();
  await raise(exception("passing", entityId));
  const close = () =>
    database.transaction(async (transaction) =>
      closeExceptions(transaction, [{ kind: "passing", entityId, resolution: "It passed." }], origin),
    );
  await Promise.all([close(), close()]);
  await close();
  expect((await list("kind=passing")).data).toEqual([]);
  expect(await eventsOf("passing")).toEqual([
    { type: "exception.raised", sequence: 1 },
    { type: "exception.closed", sequence: 2 },
  ]);
});

test("being given to another team is told, between being raised and closed", async () => {
  const entityId = newId();
  await raise(exception("handed", entityId));
  const { id } = (await list("kind=handed")).data[0]!;
  for (const ownerTeam of ["carriers", "customer-service"])
    expect((await api.call("POST", `/v1/exceptions/${id}/assign`, { body: { ownerTeam } })).status).toBe(200);
  await database.transaction(async (transaction) =>
    closeExceptions(transaction, [{ kind: "handed", entityId, resolution: "It passed." }], origin),
  );
  expect(await eventsOf("handed")).toEqual(
    ["exception.raised", "exception.assigned", "exception.assigned", "exception.closed"].map((type, index) => ({
      type,
      sequence: index + 1,
    })),
  );
});

test("whoever is limited to a channel sees and resolves only what concerns that one", async () => {
  await raise(
    exception("sold", "web", { channel: "web" }),
    exception("sold", "phone", { channel: "phone" }),
    exception("sold", "anywhere"),
  );
  const web = { channelCodes: new Set(["web"]) };
  expect((await list("kind=sold", web)).data.map(({ entityId }) => entityId)).toEqual(["web"]);
  const ids = new Map((await list("kind=sold")).data.map(({ entityId, id }) => [entityId, id]));
  const resolve = async (entityId: string): Promise<number> =>
    (await api.call("POST", `/v1/exceptions/${ids.get(entityId)}/resolve`, { body: { resolution: "Done." }, as: web }))
      .status;
  expect([await resolve("phone"), await resolve("anywhere"), await resolve("web")]).toEqual([404, 404, 200]);
  expect((await list("kind=sold&open=false", web)).data.map(({ entityId }) => entityId)).toEqual(["web"]);
});

test("whoever is limited to a location sees and resolves only what concerns that one", async () => {
  await raise(
    exception("placed", "here", { location: "store-1" }),
    exception("placed", "there", { location: "store-2" }),
    exception("placed", "nowhere"),
  );
  const as = { locationCodes: new Set(["store-1"]) };
  expect((await list("kind=placed", as)).data.map(({ entityId }) => entityId)).toEqual(["here"]);
  const foreign = (await list("kind=placed")).data.find(({ entityId }) => entityId === "there")!;
  const refused = await api.call("POST", `/v1/exceptions/${foreign.id}/resolve`, { body: { resolution: "Mine." }, as });
  expect(refused.status).toBe(404);
});

test("what a limited user reports hides nothing: not what the system says of the same, nor what another location reports", async () => {
  const entityId = newId();
  const report = (locations: string[], details: object = {}) =>
    api.call("POST", "/v1/exceptions", {
      body: {
        kind: "shortOrder",
        entityType: "order",
        entityId,
        reason: `Said at ${locations[0]}.`,
        ownerTeam: "nobody",
        dueAt: "2030-01-01T00:00:00Z",
        details,
      },
      as: { locationCodes: new Set(locations) },
    });
  const stores = ["store-1", "store-2"];
  for (const location of [...stores, "store-1"]) expect((await report([location])).status).toBe(201);
  expect((await report(stores, { location: "store-2" })).status).toBe(201);
  await raise(exception("shortOrder", entityId), exception("shortOrder", entityId));
  const teams = async (as: object = {}) =>
    (await list(`kind=shortOrder&entityId=${entityId}`, as)).data.map(({ reason }) => reason).sort();
  expect(await teams()).toEqual(['It is "stuck".', "Said at store-1.", "Said at store-2."]);
  expect(await teams({ locationCodes: new Set(["store-2"]) })).toEqual(["Said at store-2."]);
  for (const details of [{}, { location: "store-3" }]) expect((await report(stores, details)).status).toBe(422);

  await database.transaction(async (transaction) =>
    closeExceptions(transaction, [{ kind: "shortOrder", entityId, resolution: "It is there." }], origin),
  );
  expect(await teams()).toEqual(["Said at store-1.", "Said at store-2."]);
});

test("a consumer that is held up is an exception until it has got past its event", async () => {
  const { onBlocked, onRecovered } = reportBlockedConsumers(database, clock);
  await onBlocked("projection", new Error("cannot digest"));
  expect((await list("kind=consumerBlocked")).data).toMatchObject([{ entityId: "projection" }]);
  await onRecovered("projection");
  expect((await list("kind=consumerBlocked")).data).toEqual([]);
});

test("the events of exceptions pass the audit", async () => {
  const broken = (await runAudit(database, eventAudit)).filter(({ violations }) => violations.length > 0);
  expect(broken).toEqual([]);
});

test("exceptions of any kinds are settled in one call, each as its kind is, and one that cannot be is told by itself (W7)", async () => {
  await raise(
    exception("timerFailed", "call-1"),
    exception("timerFailed", "gone"),
    exception("jobParked", "job-1"),
    exception("contradiction", "carrier-1"),
  );
  const { data } = await list("limit=200");
  const one = (entityId: string) => data.find((each) => each.entityId === entityId)!;
  expect([one("call-1").actions, one("carrier-1").actions]).toEqual([
    ["retry", "skip", "assign"],
    ["resolve", "assign"],
  ]);
  // What waits for somebody else's permission can be passed on, and nothing at all is offered to whoever only reads.
  expect(one("job-1").actions).toEqual(["assign"]);
  const { data: asReader } = await list("limit=200", { permissions: new Set(["tasks:read", "jobs:write"]) });
  expect(asReader.filter(({ actions }) => actions.length > 0)).toEqual([]);
  const { data: asOperator } = await list("limit=200", {
    permissions: new Set(["tasks:write", "jobs:write", "tasks:read"]),
  });
  expect(asOperator.find(({ entityId }) => entityId === "job-1")!.actions).toEqual(["retry", "skip", "assign"]);
  const settle = async (action: string, ids: readonly string[], more: object = {}) => {
    const items = ids.map((entityId) => ({ id: one(entityId).id, ...more }));
    const answer = await api.call("POST", `/v1/exceptions/${action}`, { body: { items } });
    expect(answer.status).toBe(200);
    return answer.json<{ items: { problem?: { code: string } }[] }>().items.map(({ problem }) => problem?.code ?? "ok");
  };
  const all = ["call-1", "gone", "job-1", "carrier-1"];
  expect(await settle("retry", all)).toEqual(["ok", "notFound", "forbidden", "notRetriable"]);
  const passedOn = ["call-1", "carrier-1", "job-1"];
  expect(await settle("assign", passedOn, { ownerTeam: "carriers" })).toEqual(["ok", "ok", "ok"]);
  expect(await settle("close", all, { reason: "By hand" })).toEqual(["ok", "ok", "forbidden", "ok"]);
  expect(settled.toSorted()).toEqual(["retry call-1", "skip call-1: By hand", "skip gone: By hand"]);
  expect((await list("kind=timerFailed")).data.map(({ ownerTeam }) => ownerTeam).toSorted()).toEqual([
    "carriers",
    "operations",
  ]);
  expect((await list("kind=contradiction&open=false")).data[0]).toMatchObject({ resolution: "By hand", actions: [] });
});

test("many are settled at once: what failed is locked first and together, then the exceptions, and none twice (W7)", async () => {
  await raise(...Array.from({ length: 5 }, (_, index) => exception("timerFailed", `many-${index}`)));
  const ids = (await list("kind=timerFailed&limit=200")).data.flatMap(({ id, entityId }) =>
    entityId.startsWith("many-") ? [id.toUpperCase()] : [],
  );
  actedOn.length = 0;
  const body = { items: [...ids, ids[0]!].map((id) => ({ id })) };
  const answer = await api.call("POST", "/v1/exceptions/retry", { body });
  expect(answer.json<{ items: { problem?: { code: string } }[] }>().items.map((item) => item.problem?.code)).toEqual([
    ...ids.map(() => undefined),
    "invalidInput",
  ]);
  expect(actedOn).toEqual([
    { act: "lock", count: 5, unlocked: 5 },
    { act: "retry", count: 5, unlocked: 0 },
  ]);
});

test("one of what failed does not end with a word alone; where nothing is given up, a word ends it (W7)", async () => {
  await raise(exception("timerFailed", "word"), exception("webhookFailing", "hook"));
  const { data } = await list("limit=200");
  const one = (entityId: string) => data.find((each) => each.entityId === entityId)!;
  // To try it again is for those who may change webhooks; to say that it is dealt with is not.
  expect(one("hook").actions).toEqual(["resolve", "assign"]);
  const resolve = async (entityId: string) => {
    const path = `/v1/exceptions/${one(entityId).id}/resolve`;
    const answer = await api.call("POST", path, { body: { resolution: "Done." } });
    return answer.json<{ code?: string }>().code ?? answer.status;
  };
  expect([await resolve("word"), await resolve("hook")]).toEqual(["endsWithCause", 200]);
  expect((await list("entityId=word")).data).toHaveLength(1);
  await raise(exception("webhookFailing", "hook"));
  const [again] = (await list("entityId=hook")).data;
  const body = { items: [{ id: again!.id, reason: "Mended" }] };
  const closed = await api.call("POST", "/v1/exceptions/close", { body });
  expect(closed.json<{ items: { result: object }[] }>().items[0]!.result).toMatchObject({ resolution: "Mended" });
});

test("everybody is told what they can do themselves about an exception", async () => {
  await raise(exception("jobParked", "told-job"));
  const actions = async (...permissions: string[]) =>
    (await list("entityId=told-job", { permissions: new Set(["tasks:read", ...permissions]) })).data[0]!.actions;
  expect([await actions(), await actions("tasks:write"), await actions("tasks:write", "jobs:write")]).toEqual([
    [],
    ["assign"],
    ["retry", "skip", "assign"],
  ]);
});

test("nobody reports what only the system may say: its remedy would act on the timer or job that the report names", async () => {
  for (const kind of ["timerFailed", "jobParked"]) {
    const entityId = newId();
    const answer = await api.call("POST", "/v1/exceptions", {
      body: {
        kind,
        entityType: "order",
        entityId,
        reason: "Said by hand.",
        ownerTeam: "nobody",
        dueAt: "2030-01-01T00:00:00Z",
        details: { timer: "expire" },
      },
    });
    expect([answer.status, answer.json()]).toMatchObject([422, { errors: [{ pointer: "/kind" }] }]);
    expect((await list(`kind=${kind}&entityId=${entityId}`)).data).toEqual([]);
  }
});

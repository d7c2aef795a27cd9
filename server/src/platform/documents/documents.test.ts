import { Type } from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestApi, testApi } from "../../../test/harness/api.ts";
import { testDatabase, type TestDatabase } from "../../../test/harness/database.ts";
import { systemClock } from "../clock.ts";
import { type Database, openDatabase } from "../db/database.ts";
import type { DocumentKind, ShippedDocument } from "./document-kind.ts";
import { followPublications, type Publications } from "./follow-publications.ts";
import { documents } from "./refusals.ts";
import { documentRoutes } from "./routes.ts";
import { shipDocuments } from "./ship-documents.ts";

let files: TestDatabase;
let database: Database;
let publications: Publications;
/** Another process of the same account. */
let beside: Publications;
let api: TestApi;
const failures: unknown[] = [];
const onError = (error: unknown): void => void failures.push(error);

function greetings(shipped: readonly ShippedDocument[] = []): DocumentKind {
  return {
    kind: "greeting",
    title: "Greeting",
    description: "What is said first.",
    schema: Type.Object({ text: Type.String() }),
    titleOf: (content) => (content as { text?: string }).text ?? null,
    facts: { tone: "voice.tone", pitch: "pitch" },
    check: (content) => {
      const { text } = content as { text?: unknown };
      if (typeof text !== "string") return { faults: [{ pointer: "/text", message: "is required" }], warnings: [] };
      const warnings = text.endsWith("!") ? [] : [{ pointer: "/text", message: "is said without joy" }];
      return { faults: [], warnings };
    },
    retire: async (_transaction, code) => {
      if (code === "needed") throw documents.refuse("documentInUse");
    },
    shipped,
  };
}

beforeAll(async () => {
  files = await testDatabase();
  database = openDatabase({ url: files.url, connections: 4 });
  publications = await followPublications({ database, onError, everyMs: 60_000 });
  beside = await followPublications({ database, onError, everyMs: 20 });
  api = await testApi(
    documentRoutes({
      database,
      clock: systemClock,
      kinds: [greetings()],
      publications,
      actorNames: async () => new Map([["user:test", "Test"]]),
    }),
    ["documents:read", "documents:write", "documents:publish"],
  );
});
afterAll(async () => {
  await api.close();
  await publications.stop();
  await beside.stop();
  await database.close();
  await files.close();
});

const at = (code: string, rest = ""): string => `/v1/documents/greeting/${code}${rest}`;
const save = (code: string, content: unknown, headers: Record<string, string> = {}) =>
  api.call("PUT", at(code, "/draft"), { body: { content }, headers });
const publish = (code: string, headers: Record<string, string> = {}) =>
  api.call("POST", at(code, "/publish"), { body: { note: "because" }, headers });

async function published(code: string, text: string): Promise<void> {
  expect((await save(code, { text })).status).toBe(200);
  expect((await publish(code)).status).toBe(201);
}

async function rows(sql: string, parameters: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await database.pool.query<Record<string, unknown>>(sql, parameters)).rows;
}

describe("a document", () => {
  test("is among what is in force, with its content, page by page, as long as it is", async () => {
    await published("apart", "a");
    await published("beside", "b");
    await save("drafted", { text: "c" });
    const page = (rest: string) => api.call("GET", `/v1/published-documents?limit=1${rest}`);
    const first = (await page("")).json() as { data: object[]; next: string };
    expect(first.data).toMatchObject([{ kind: "greeting", code: "apart", version: 1, content: { text: "a" } }]);
    const second = (await page(`&after=${first.next}`)).json() as { data: object[] };
    expect(second.data).toMatchObject([{ code: "beside", content: { text: "b" } }]);
    await api.call("POST", at("apart", "/retire"), { body: { note: "no more" } });
    expect((await page("")).json()).toMatchObject({ data: [{ code: "beside" }] });
  });

  test("goes from a faulty draft to a checked one, to a version in force, to a retired one", async () => {
    const faulty = await save("life", {});
    expect(faulty.json()).toMatchObject({
      state: "draft",
      revision: 1,
      faults: [{ pointer: "/text", message: "is required" }],
    });
    expect(await publish("life")).toMatchObject({ status: 422 });
    expect((await save("life", { text: "Hello" })).json()).toMatchObject({
      state: "checked",
      revision: 2,
      warnings: [{ pointer: "/text" }],
      updatedByName: "Test",
    });
    expect((await publish("life")).json()).toMatchObject({
      version: 1,
      state: "published",
      origin: "own",
      note: "because",
      content: { text: "Hello" },
      publishedByName: "Test",
    });
    expect((await api.call("GET", at("life"))).json()).toMatchObject({ publishedVersion: 1, draft: null });
    const retired = await api.call("POST", at("life", "/retire"), { body: { note: "no more" } });
    expect(retired.json()).toMatchObject({ version: 1, state: "retired", retiredBy: "user:test" });
    expect((await api.call("GET", at("life"))).json()).toMatchObject({ publishedVersion: null, latestVersion: 1 });
    expect((await api.call("POST", at("life", "/retire"), { body: { note: "again" } })).json()["code"]).toBe(
      "notPublished",
    );
  });

  test("keeps the order in which its fields were written", async () => {
    await published("order", "x");
    await save("order", { text: "y", b: 1, a: 2 });
    expect((await api.call("GET", at("order", "/draft"))).text).toContain('"content":{"text":"y","b":1,"a":2}');
  });

  test("numbers its versions, and keeps each as it was", async () => {
    for (const text of ["one", "two", "three"]) await published("history", text);
    const { data } = (await api.call("GET", at("history", "/versions?limit=2"))).json<{
      data: { version: number }[];
    }>();
    expect(data.map(({ version }) => version)).toEqual([3, 2]);
    expect((await api.call("GET", at("history", "/versions/1"))).json()).toMatchObject({
      state: "retired",
      content: { text: "one" },
    });
    expect((await api.call("GET", at("history", "/versions/4"))).status).toBe(404);
  });

  test("leaves one audit entry per change and one event per publication, numbered without gaps", async () => {
    await published("trail", "one");
    await published("trail", "two");
    const audit = await rows(
      "select action from platform.audit_log where entity_id = 'trail' order by recorded_at, id",
    );
    expect(audit.map(({ action }) => action)).toEqual([
      "saveDocumentDraft",
      "publishDocument",
      "saveDocumentDraft",
      "publishDocument",
    ]);
    const events = await rows(
      "select type, sequence, data from platform.events where data ->> 'code' = 'trail' order by id",
    );
    expect(events).toEqual([
      {
        type: "document.published",
        sequence: 1,
        data: { kind: "greeting", code: "trail", version: 1, replaces: null, origin: "own" },
      },
      {
        type: "document.published",
        sequence: 2,
        data: { kind: "greeting", code: "trail", version: 2, replaces: 1, origin: "own" },
      },
    ]);
  });

  test("that something needs is not withdrawn", async () => {
    await published("needed", "stay");
    const refused = await api.call("POST", at("needed", "/retire"), { body: { note: "go" } });
    expect([refused.status, refused.json()["code"]]).toEqual([409, "documentInUse"]);
    expect((await api.call("GET", at("needed"))).json()).toMatchObject({ publishedVersion: 1 });
  });

  test("that says the same as before is not published again", async () => {
    await published("same", "once");
    await save("same", { text: "once" });
    expect((await publish("same")).json()["code"]).toBe("nothingChanged");
  });

  test("is compared with its draft field by field when its kind says no more", async () => {
    await published("diff", "one");
    await save("diff", { text: "two", tone: "warm" });
    const { changes } = (await api.call("GET", at("diff", "/changes"))).json<{ changes: object[] }>();
    expect(changes).toMatchObject([
      { change: "changed", pointer: "/text", before: "one", after: "two" },
      { change: "added", pointer: "/tone", before: null, after: "warm" },
    ]);
  });

  test("of an unknown kind or code is not found", async () => {
    expect((await api.call("GET", at("nobody"))).status).toBe(404);
    expect((await api.call("PUT", "/v1/documents/secret/x/draft", { body: { content: {} } })).status).toBe(404);
  });
});

test("lists tell what a kind has to say of its documents: in force, else drafted, else in force last", async () => {
  const voice = (tone: string) => ({ text: "Hello!", voice: { tone }, pitch: 7 });
  const facts = async () => (await api.call("GET", at("voiced"))).json()["facts"];
  await save("voiced", voice("low"));
  expect(await facts()).toEqual({ tone: "low", pitch: "7" });
  await publish("voiced");
  await save("voiced", { text: "Hello!", voice: { tone: "x".repeat(500) } });
  expect(await facts()).toEqual({ tone: "low", pitch: "7" });
  await api.call("DELETE", at("voiced", "/draft"));
  await api.call("POST", at("voiced", "/retire"), { body: { note: "no more" } });
  expect(await facts()).toEqual({ tone: "low", pitch: "7" });
  await save("voiced", { text: "Hello!", voice: { tone: "x".repeat(500) } });
  expect(await facts()).toEqual({ tone: "x".repeat(200), pitch: null });
});

describe("a draft", () => {
  test("is not overwritten by who has read an older one", async () => {
    await save("shared", { text: "a" }, { "if-none-match": "*" });
    await save("shared", { text: "b" }, { "if-match": '"1"' });
    expect((await save("shared", { text: "c" }, { "if-match": '"1"' })).status).toBe(412);
    expect((await save("shared", { text: "c" }, { "if-none-match": "*" })).status).toBe(412);
    expect((await publish("shared", { "if-match": '"1"' })).status).toBe(412);
    expect((await publish("shared", { "if-match": '"2"' })).status).toBe(201);
  });

  test("that was thrown away is not confused with a later one", async () => {
    await published("again", "x");
    await save("again", { text: "first" });
    expect((await api.call("DELETE", at("again", "/draft"))).status).toBe(204);
    expect((await save("again", { text: "second" })).json()).toMatchObject({ revision: 3, basedOn: 1 });
    expect((await api.call("DELETE", at("again", "/draft"), { headers: { "if-match": '"2"' } })).status).toBe(412);
  });

  test("thrown away leaves nothing of a document that was never published", async () => {
    await save("whim", { text: "x" });
    await api.call("DELETE", at("whim", "/draft"));
    expect((await api.call("GET", at("whim"))).status).toBe(404);
  });

  test("is saved and published only by who may, and sees the whole account", async () => {
    const as = { permissions: new Set(["documents:read", "documents:write"]) };
    await save("rights", { text: "x" });
    expect((await api.call("POST", at("rights", "/publish"), { body: { note: "n" }, as })).status).toBe(403);
    const limited = { locationCodes: new Set(["store-1"]) };
    expect((await api.call("PUT", at("rights", "/draft"), { body: { content: {} }, as: limited })).status).toBe(403);
    expect((await api.call("POST", at("rights", "/publish"), { body: { note: "n" }, as: limited })).status).toBe(403);
  });

  test("published twice under one key is one version", async () => {
    await save("once", { text: "x" });
    const headers = { "idempotency-key": "publish-once" };
    const first = await publish("once", headers);
    expect([first.status, (await publish("once", headers)).json()]).toEqual([201, first.json()]);
  });

  test("of ten people who publish it at once, one does", async () => {
    await save("race", { text: "x" });
    const answers = await Promise.all(Array.from({ length: 10 }, () => publish("race")));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });
});

test("a publication is in the memory of its process when it is answered, and in the others' a moment later", async () => {
  const seen: string[][] = [];
  await beside.follow("greeting", (inForce) => void seen.push([...inForce.keys()].filter((code) => code === "news")));
  await published("news", "extra");
  expect(publications.inForce("greeting").get("news")).toMatchObject({ version: 1, content: { text: "extra" } });
  await expect.poll(() => beside.inForce("greeting").get("news")?.version).toBe(1);
  await api.call("POST", at("news", "/retire"), { body: { note: "old" } });
  expect(publications.inForce("greeting").has("news")).toBe(false);
  await expect.poll(() => beside.inForce("greeting").has("news")).toBe(false);
  expect(seen.at(0)).toEqual([]);
  expect(seen.at(-1)).toEqual([]);
  expect(seen).toContainEqual(["news"]);
});

test("a follower that does not understand a publication keeps nobody else from it", async () => {
  let calls = 0;
  await beside.follow("greeting", () => {
    if (++calls > 1) throw new Error("not understood");
  });
  await published("riddle", "?");
  await expect.poll(() => failures.length).toBeGreaterThan(0);
  await published("riddle", "!");
  await expect.poll(() => beside.inForce("greeting").get("riddle")?.version).toBe(2);
});

describe("what a release brings", () => {
  const ship = (code: string, shippedVersion: number, text: string) =>
    shipDocuments(database, [greetings([{ code, shippedVersion, content: { text } }])], systemClock);
  const view = async (code: string) => (await api.call("GET", at(code))).json();

  test("is in force at once, once, however many processes start together", async () => {
    await Promise.all(Array.from({ length: 5 }, () => ship("welcome", 1, "v1")));
    expect(await view("welcome")).toMatchObject({ publishedVersion: 1, latestVersion: 1, origin: "shipped" });
    await ship("welcome", 2, "v2");
    expect(await view("welcome")).toMatchObject({ publishedVersion: 2, origin: "shipped" });
  });

  test("is not put back by an older release that starts later", async () => {
    await ship("rolling", 2, "new");
    await ship("rolling", 1, "old");
    expect(await view("rolling")).toMatchObject({ publishedVersion: 1, latestVersion: 1 });
    expect(publications.inForce("greeting").get("rolling")).toBeUndefined();
    await publications.refresh();
    expect(publications.inForce("greeting").get("rolling")?.content).toEqual({ text: "new" });
  });

  test("is only offered where people have their own version, until they take or dismiss it", async () => {
    await ship("own", 1, "shipped");
    await published("own", "mine");
    await ship("own", 2, "better");
    expect(await view("own")).toMatchObject({ publishedVersion: 2, origin: "own", offeredVersion: 2 });
    expect((await api.call("GET", at("own", "/offer"))).json()).toMatchObject({ content: { text: "better" } });
    const { changes } = (await api.call("GET", at("own", "/changes?to=offer"))).json<{ changes: object[] }>();
    expect(changes).toHaveLength(1);
    await published("own", "better");
    expect(await view("own")).toMatchObject({ publishedVersion: 3, origin: "own", offeredVersion: null });
    await ship("own", 3, "best");
    expect((await api.call("DELETE", at("own", "/offer"))).status).toBe(204);
    expect((await api.call("DELETE", at("own", "/offer"))).status).toBe(404);
    expect(await view("own")).toMatchObject({ publishedVersion: 3, offeredVersion: null });
    await ship("own", 3, "best");
    expect(await view("own")).toMatchObject({ offeredVersion: null });
  });

  test("does not come back after people have withdrawn it", async () => {
    await ship("gone", 1, "a");
    await api.call("POST", at("gone", "/retire"), { body: { note: "not for us" } });
    await ship("gone", 2, "b");
    expect(await view("gone")).toMatchObject({ publishedVersion: null, offeredVersion: 2 });
  });

  test("is refused at the start when it has faults", async () => {
    const kind = greetings([{ code: "broken", shippedVersion: 1, content: {} }]);
    await expect(shipDocuments(database, [kind], systemClock)).rejects.toThrow("/text: is required");
  });
});

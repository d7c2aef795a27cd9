import { randomBytes } from "node:crypto";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/harness/database.ts";
import { buildApi } from "../main/api.ts";
import { type Application, openApplication } from "../main/application.ts";
import type { Route } from "../platform/http/route.ts";
import { createSecretBox } from "../platform/secrets.ts";
import { ALL_PERMISSIONS, ALL_RIGHTS, createApiKey, isPermission } from "./public.ts";

/** Reached without a credential: signing in. Whoever adds a route here must say why it may be. */
const PUBLIC = [
  "signIn",
  // Customers have no account here: the secret of a link in a message is what lets them in.
  "showMessageLink",
  "answerMessageLink",
  // Other systems have no key: their signature of the body is what lets them in.
  "receiveInboundEvent",
];
/** Need a credential but no permission: one's own session. */
const OWN = ["getSession", "signOut", "changeOwnPreferences", "changeOwnPassword"];

let own: TestDatabase;
let application: Application;
let server: FastifyInstance;
/** By the one permission that the key lacks, and by the one that it has. */
const lackingKeys = new Map<string, string>();
const onlyKeys = new Map<string, string>();

beforeAll(async () => {
  own = await testDatabase();
  application = await openApplication({
    databaseUrl: own.url,
    log: pino({ level: "silent" }),
    secrets: createSecretBox([randomBytes(32)]),
  });
  server = await buildApi(application, false);
  await server.ready();
  const newKey = (permissions: string[]): Promise<string> =>
    application.database.transaction(async (transaction) => {
      const origin = { actor: "system:test", requestId: null };
      return (
        await createApiKey(transaction, {
          key: { name: "Test", permissions },
          grantor: ALL_RIGHTS,
          origin,
          now: new Date(),
        })
      ).secret;
    });
  for (const permission of ALL_PERMISSIONS) {
    lackingKeys.set(permission, await newKey(ALL_PERMISSIONS.filter((other) => other !== permission)));
    onlyKeys.set(permission, await newKey([permission]));
  }
});
afterAll(async () => {
  application.reader.stop();
  await server.close();
  await application.close();
  await own.close();
});

async function ask(route: Route, credential: string | null): Promise<LightMyRequestResponse> {
  return await server.inject({
    method: route.method,
    url: route.path.replace(/\{\w+\}/g, "00000000-0000-7000-8000-000000000000"),
    headers: credential === null ? {} : { authorization: `Bearer ${credential}` },
  });
}

async function statusOf(route: Route, credential: string | null): Promise<number> {
  return (await ask(route, credential)).statusCode;
}

describe("every route of the API", () => {
  test("declares a permission of the closed list, or is one of the few that are named here", () => {
    const named = (permission: string): string[] =>
      application.routes.filter((route) => route.permission === permission).map((route) => route.operationId);
    expect(named("public")).toEqual(PUBLIC);
    expect(named("signedIn")).toEqual(OWN);
    const others = application.routes.filter((route) => ![...PUBLIC, ...OWN].includes(route.operationId));
    expect(others.length).toBeGreaterThan(40);
    expect(others.filter((route) => !isPermission(route.permission)).map((route) => route.operationId)).toEqual([]);
  });

  test("refuses without a credential and with a wrong one (401)", async () => {
    const right = onlyKeys.get("orders:read")!;
    const wrong = `${right.slice(0, -1)}${right.endsWith("A") ? "Q" : "A"}`;
    for (const credential of [null, wrong]) {
      const open = [];
      for (const route of application.routes)
        if ((await statusOf(route, credential)) !== 401) open.push(route.operationId);
      expect(open.filter((operationId) => !PUBLIC.includes(operationId))).toEqual([]);
    }
  });

  test("refuses a credential that has every permission but the one it needs (403)", async () => {
    const open = [];
    for (const route of application.routes) {
      const key = lackingKeys.get(route.permission);
      if (key !== undefined && (await statusOf(route, key)) !== 403) open.push(route.operationId);
    }
    expect(open).toEqual([]);
  });

  test("lets a credential in that has only the permission it needs", async () => {
    const shut = [];
    for (const route of application.routes) {
      // A stream that lets somebody in does not end.
      const key = route.produces === "text/event-stream" ? undefined : onlyKeys.get(route.permission);
      if (key === undefined) continue;
      const answer = await ask(route, key);
      // An import also needs the permission to write what it imports, and says so by that name.
      const isNamed =
        answer.statusCode === 403 &&
        answer.json<{ details: { permission: string } }>().details.permission !== route.permission;
      if (answer.statusCode === 401 || (answer.statusCode === 403 && !isNamed)) shut.push(route.operationId);
    }
    expect(shut).toEqual([]);
  });
});

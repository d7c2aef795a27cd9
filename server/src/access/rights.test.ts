import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { PASSWORD, useAccess } from "../../test/harness/access.ts";
import { ALL_PERMISSIONS, ensureShippedRoles } from "./public.ts";

const fixture = useAccess();

test("nobody grants, takes over or changes rights that he does not have", async () => {
  await fixture.ask("PUT", "/v1/roles/clerk", {
    as: fixture.admin,
    body: {
      name: "Clerk",
      permissions: ["users:read", "users:write", "roles:write", "keys:read", "keys:write", "orders:read"],
    },
  });
  const clerk = await fixture.signIn((await fixture.newUser(["clerk"])).email);
  const root = (await fixture.ask("GET", "/v1/users?query=root@", { as: fixture.admin })).json<{
    data: { id: string }[];
  }>().data[0]!.id;
  const user = { email: fixture.newEmail(), name: "X", password: PASSWORD };
  const refused = [
    await fixture.ask("POST", "/v1/users", { as: clerk, body: { ...user, roles: ["admin"] } }),
    await fixture.ask("POST", "/v1/users", { as: clerk, body: { ...user, roles: ["clerk", "finance"] } }),
    await fixture.ask("PATCH", `/v1/users/${root}`, { as: clerk, body: { password: "taken over by me" } }),
    await fixture.ask("PATCH", `/v1/users/${root}`, { as: clerk, body: { email: "me@shop.test" } }),
    await fixture.ask("PATCH", `/v1/users/${root}`, { as: clerk, body: { disabled: true } }),
    await fixture.ask("POST", "/v1/api-keys", { as: clerk, body: { name: "k", permissions: ["orders:write"] } }),
    await fixture.ask("PUT", "/v1/roles/clerk", { as: clerk, body: { name: "Clerk", permissions: ["orders:write"] } }),
  ];
  expect(refused.map((answer) => [answer.statusCode, answer.json<{ code: string }>().code])).toEqual(
    refused.map(() => [403, "grantsTooMuch"]),
  );
  expect((await fixture.ask("POST", "/v1/users", { as: clerk, body: { ...user, roles: ["clerk"] } })).statusCode).toBe(
    201,
  );
  expect(
    (await fixture.ask("POST", "/v1/api-keys", { as: clerk, body: { name: "k", permissions: ["orders:read"] } }))
      .statusCode,
  ).toBe(201);
});

test("whoever is limited to a location gives that at most, and sees neither the others' users nor keys nor the audit log", async () => {
  await fixture.ask("PUT", "/v1/roles/store-admin", {
    as: fixture.admin,
    body: {
      name: "Store admin",
      permissions: [
        "users:read",
        "users:write",
        "keys:read",
        "keys:write",
        "audit:read",
        "roles:write",
        "fulfillment:read",
      ],
    },
  });
  const manager = await fixture.signIn((await fixture.newUser(["store-admin"], ["store-1"])).email);
  const foreign = await fixture.newUser([], ["store-2"]);
  const global = await fixture.newUser([]);
  const user = { email: fixture.newEmail(), name: "Y", password: PASSWORD, roles: ["store-admin"] };
  for (const locationCodes of [null, ["store-2"], ["store-1", "store-2"]]) {
    expect((await fixture.ask("POST", "/v1/users", { as: manager, body: { ...user, locationCodes } })).statusCode).toBe(
      403,
    );
    expect(
      (await fixture.ask("POST", "/v1/api-keys", { as: manager, body: { name: "k", permissions: [], locationCodes } }))
        .statusCode,
    ).toBe(403);
  }
  expect(
    (await fixture.ask("POST", "/v1/users", { as: manager, body: { ...user, locationCodes: ["store-1"] } })).statusCode,
  ).toBe(201);
  for (const { id } of [foreign, global]) {
    expect((await fixture.ask("GET", `/v1/users/${id}`, { as: manager })).statusCode).toBe(404);
    expect((await fixture.ask("PATCH", `/v1/users/${id}`, { as: manager, body: { name: "Z" } })).statusCode).toBe(404);
  }
  const { data } = (await fixture.ask("GET", "/v1/users", { as: manager })).json<{
    data: { locationCodes: string[] }[];
  }>();
  expect(data.map((each) => each.locationCodes)).toEqual([["store-1"], ["store-1"]]);
  const key = await fixture.newKey(["users:read"]);
  expect((await fixture.ask("DELETE", `/v1/api-keys/${key.id}`, { as: manager })).statusCode).toBe(404);
  expect((await fixture.ask("GET", "/v1/api-keys", { as: manager })).json()).toEqual({ data: [], next: null });
  expect((await fixture.ask("GET", "/v1/audit", { as: manager })).statusCode).toBe(403);
  expect(
    (await fixture.ask("PUT", "/v1/roles/mine", { as: manager, body: { name: "Mine", permissions: [] } })).statusCode,
  ).toBe(403);
});

test("of two administrators who disable each other at the same moment one stays, and the last one cannot go", async () => {
  const [first, second] = [await fixture.newUser(["admin"]), await fixture.newUser(["admin"])];
  const root = (await fixture.ask("GET", "/v1/users?query=root@", { as: fixture.admin })).json<{
    data: { id: string }[];
  }>().data[0]!.id;
  const cookies = [await fixture.signIn(first.email), await fixture.signIn(second.email)];
  expect(
    (await fixture.ask("PATCH", `/v1/users/${root}`, { as: cookies[0]!, body: { disabled: true } })).statusCode,
  ).toBe(200);
  // Both are past their authentication before either changes anything.
  const gate = await fixture.database.pool.connect();
  await gate.query("begin");
  await gate.query("select from access.changes for update");
  const asked = [
    fixture.ask("PATCH", `/v1/users/${second.id}`, { as: cookies[0]!, body: { disabled: true } }),
    fixture.ask("PATCH", `/v1/users/${first.id}`, { as: cookies[1]!, body: { roles: ["analyst"] } }),
  ];
  const waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  while ((await fixture.database.pool.query(waiting)).rowCount !== 2) await pause(10);
  await gate.query("commit");
  gate.release();
  const answers = await Promise.all(asked);
  expect(new Set(answers.map((answer) => answer.statusCode))).toEqual(new Set([200, 409]));
  const left = cookies[answers.findIndex((answer) => answer.statusCode === 200)]!;
  const self = [first, second][answers.findIndex((answer) => answer.statusCode === 200)]!;
  for (const body of [{ disabled: true }, { roles: [] }, { locationCodes: ["store-1"] }]) {
    expect((await fixture.ask("PATCH", `/v1/users/${self.id}`, { as: left, body })).statusCode).toBe(409);
  }
  expect((await fixture.ask("PATCH", `/v1/users/${root}`, { as: left, body: { disabled: false } })).statusCode).toBe(
    200,
  );
  await fixture.signInAdmin();
});

test("shipped roles come back when missing and stay as they were edited; admin cannot be edited and has everything", async () => {
  const body = { name: "My finance", permissions: ["orders:read"] };
  await fixture.ask("PUT", "/v1/roles/finance", { as: fixture.admin, body });
  await fixture.database.pool.query("delete from access.roles where code = 'vendor'");
  await ensureShippedRoles(fixture.database);
  const { data } = (await fixture.ask("GET", "/v1/roles", { as: fixture.admin })).json<{
    data: { code: string; permissions: string[] }[];
  }>();
  expect(data.find((role) => role.code === "finance")).toMatchObject(body);
  expect(data.find((role) => role.code === "vendor")?.permissions.length).toBeGreaterThan(3);
  expect((await fixture.ask("PUT", "/v1/roles/admin", { as: fixture.admin, body })).statusCode).toBe(409);
  await fixture.database.pool.query("update access.roles set permissions = '{}' where code = 'admin'");
  expect(
    (await fixture.ask("GET", "/v1/session", { as: await fixture.signIn("root@shop.test") })).json<{
      permissions: string[];
    }>().permissions.length,
  ).toBe(ALL_PERMISSIONS.length);
});

test("every change leaves exactly one audit entry that names who and what, without names or secrets", async () => {
  const count = async (): Promise<number> =>
    (await fixture.database.pool.query<{ n: number }>("select count(*)::int as n from platform.audit_log")).rows[0]!.n;
  const user = await fixture.newUser(["analyst"]);
  const key = await fixture.newKey(["users:read"]);
  const body = { email: fixture.newEmail(), name: "Zoe Zebra", password: PASSWORD, roles: [] };
  const changes = [
    () => fixture.ask("POST", "/v1/users", { as: fixture.admin, body }),
    () => fixture.ask("PATCH", `/v1/users/${user.id}`, { as: fixture.admin, body: { name: "Zoe Zebra" } }),
    () => fixture.ask("PUT", "/v1/roles/zoo", { as: fixture.admin, body: { name: "Zoo", permissions: [] } }),
    () => fixture.ask("POST", "/v1/api-keys", { as: fixture.admin, body: { name: "k", permissions: [] } }),
    () => fixture.ask("DELETE", `/v1/api-keys/${key.id}`, { as: fixture.admin }),
    () => fixture.ask("POST", "/v1/session", { body: { email: user.email, password: PASSWORD } }),
  ];
  for (const change of changes) {
    const before = await count();
    expect((await change()).statusCode).toBeLessThan(300);
    expect((await count()) - before).toBe(1);
  }
  const listed = (await fixture.ask("GET", `/v1/audit?limit=6`, { as: fixture.admin })).json<{
    data: { action: string; actorName: string }[];
    next: string;
  }>();
  expect(listed.data.map((entry) => entry.action)).toEqual([
    "signIn",
    "revokeApiKey",
    "createApiKey",
    "putRole",
    "changeUser",
    "createUser",
  ]);
  expect(JSON.stringify(listed.data.map(({ actorName: _, ...entry }) => entry))).not.toMatch(/zebra|horse|shop\.test/i);
  const ofUser = (await fixture.ask("GET", `/v1/audit?entityId=${user.id}`, { as: fixture.admin })).json<{
    data: { action: string }[];
  }>();
  expect(ofUser.data.map((entry) => entry.action)).toEqual(["signIn", "changeUser", "createUser"]);
  expect(
    (await fixture.ask("GET", `/v1/audit?limit=200&after=${listed.next}&action=signIn`, { as: fixture.admin }))
      .statusCode,
  ).toBe(200);
});

test("versions, taken emails and unknown names are refused by name", async () => {
  const user = await fixture.newUser(["analyst"]);
  const refusals = [
    [
      await fixture.ask("PATCH", `/v1/users/${user.id}`, {
        as: fixture.admin,
        body: { name: "N" },
        headers: { "if-match": '"9"' },
      }),
      412,
      "versionConflict",
    ],
    [
      await fixture.ask("PATCH", `/v1/users/${user.id}`, { as: fixture.admin, body: { email: "ROOT@shop.test" } }),
      409,
      "emailTaken",
    ],
    [
      await fixture.ask("POST", "/v1/users", {
        as: fixture.admin,
        body: { email: user.email, name: "N", password: PASSWORD, roles: [] },
      }),
      409,
      "emailTaken",
    ],
    [
      await fixture.ask("PATCH", `/v1/users/${user.id}`, { as: fixture.admin, body: { roles: ["nothing"] } }),
      422,
      "invalidInput",
    ],
    [
      await fixture.ask("PUT", "/v1/roles/x", {
        as: fixture.admin,
        body: { name: "X", permissions: ["orders:steal"] },
      }),
      422,
      "invalidInput",
    ],
    [
      await fixture.ask("POST", "/v1/api-keys", {
        as: fixture.admin,
        body: { name: "X", permissions: [], expiresAt: "2020-01-01T00:00:00Z" },
      }),
      422,
      "invalidInput",
    ],
    [
      await fixture.ask("GET", `/v1/users/00000000-0000-7000-8000-000000000000`, { as: fixture.admin }),
      404,
      "notFound",
    ],
  ] as const;
  expect(refusals.map(([answer]) => [answer.statusCode, answer.json<{ code: string }>().code])).toEqual(
    refusals.map(([, status, code]) => [status, code]),
  );
});

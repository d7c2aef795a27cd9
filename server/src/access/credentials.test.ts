import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { clock, cookieOf, ORIGIN, PASSWORD, useAccess } from "../../test/harness/access.ts";
import { testDatabase } from "../../test/harness/database.ts";
import { openDatabase } from "../platform/db/database.ts";
import { ensureFirstUser, ensureShippedRoles } from "./public.ts";

const fixture = useAccess();

test("a key that is revoked in one process is refused by another within 2 seconds", async () => {
  const other = await fixture.openServer();
  const key = await fixture.newKey(["users:read"]);
  for (const on of [fixture.server, other.server])
    expect((await fixture.ask("GET", "/v1/users", { as: key.secret, on })).statusCode).toBe(200);
  expect((await fixture.ask("DELETE", `/v1/api-keys/${key.id}`, { as: fixture.admin })).statusCode).toBe(204);
  expect((await fixture.ask("GET", "/v1/users", { as: key.secret })).statusCode).toBe(401);
  const started = performance.now();
  while ((await fixture.ask("GET", "/v1/users", { as: key.secret, on: other.server })).statusCode === 200)
    await pause(20);
  expect(performance.now() - started).toBeLessThan(2_000);
  other.authenticator.stop();
  await other.server.close();
});

test("a known key costs no query, an unknown, wrong, expired or misspelt one is nobody", async () => {
  const key = await fixture.newKey(["users:read"], {
    expiresAt: new Date(clock.now().getTime() + 60_000).toISOString(),
  });
  expect((await fixture.ask("GET", "/v1/users", { as: key.secret })).statusCode).toBe(200);
  expect(
    fixture.authenticator.authenticate({ headers: { authorization: `Bearer ${key.secret}` } } as never),
  ).not.toBeInstanceOf(Promise);
  const wrong = key.secret.slice(0, -1) + (key.secret.endsWith("A") ? "B" : "A");
  for (const as of [wrong, `${key.secret}x`, "orr_live_abcdefghijkl_short"])
    expect((await fixture.ask("GET", "/v1/users", { as })).statusCode).toBe(401);
  expect(
    (await fixture.ask("GET", "/v1/users", { headers: { authorization: `Basic ${key.secret}` } })).statusCode,
  ).toBe(401);
  clock.advance(61_000);
  expect((await fixture.ask("GET", "/v1/users", { as: key.secret })).statusCode).toBe(401);
});

test("no secret is in the database: not of keys, sessions or passwords, nor in kept answers", async () => {
  const headers = { "idempotency-key": "once" };
  const body = { name: "Once", permissions: ["users:read"] };
  const first = (await fixture.ask("POST", "/v1/api-keys", { as: fixture.admin, body, headers })).json<{
    key: object;
    secret: string;
  }>();
  const again = (await fixture.ask("POST", "/v1/api-keys", { as: fixture.admin, body, headers })).json<{
    key: object;
    secret: null;
  }>();
  expect(again).toEqual({ key: first.key, secret: null });
  const token = fixture.admin.split("=")[1]!;
  const { rows } = await fixture.database.pool.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('access', 'platform', 'tasks')",
  );
  for (const { name } of rows) {
    const dump = await fixture.database.pool.query<{ text: string | null }>(
      `select string_agg(t::text, E'\\n') as text from ${name} t`,
    );
    const text = dump.rows[0]!.text ?? "";
    for (const secret of [first.secret.slice(22), token, PASSWORD])
      expect(text.includes(secret) ? name : null).toBeNull();
  }
});

test("sign-in always makes its own token: a planted cookie never becomes a session, and the former session ends", async () => {
  const user = await fixture.newUser(["analyst"]);
  const planted = `orrery_session=${"A".repeat(43)}`;
  const answer = await fixture.ask("POST", "/v1/session", {
    as: planted,
    body: { email: user.email, password: PASSWORD },
  });
  const first = cookieOf(answer);
  expect(first).not.toBe(planted);
  expect((await fixture.ask("GET", "/v1/session", { as: planted })).statusCode).toBe(401);
  expect(String(answer.headers["set-cookie"])).toMatch(/; Path=\/; .*HttpOnly; SameSite=Lax$/);

  const second = cookieOf(
    await fixture.ask("POST", "/v1/session", { as: first, body: { email: user.email, password: PASSWORD } }),
  );
  await fixture.authenticator.refresh();
  expect((await fixture.ask("GET", "/v1/session", { as: first })).statusCode).toBe(401);
  expect((await fixture.ask("GET", "/v1/session", { as: second })).statusCode).toBe(200);
});

test("over https the cookie is bound to this host, and a plain one is not taken", async () => {
  const user = await fixture.newUser(["analyst"]);
  const https = { "x-forwarded-proto": "https", origin: "https://shop.test" };
  const answer = await fixture.ask("POST", "/v1/session", {
    body: { email: user.email, password: PASSWORD },
    headers: https,
  });
  expect(String(answer.headers["set-cookie"])).toMatch(/^__Host-orrery_session=.*; Path=\/; .*; Secure$/);
  const cookie = cookieOf(answer);
  expect((await fixture.ask("GET", "/v1/session", { as: cookie, headers: https })).statusCode).toBe(200);
  expect(
    (await fixture.ask("GET", "/v1/session", { as: cookie.replace("__Host-", ""), headers: https })).statusCode,
  ).toBe(401);
});

test("a cookie changes nothing from a foreign page", async () => {
  const user = await fixture.newUser(["analyst"]);
  const cookie = await fixture.signIn(user.email);
  for (const origin of ["https://evil.test", "http://shop.test.evil.test", "null"]) {
    expect((await fixture.ask("DELETE", "/v1/session", { as: cookie, headers: { origin } })).statusCode).toBe(403);
    expect(
      (
        await fixture.ask("POST", "/v1/session", {
          body: { email: user.email, password: PASSWORD },
          headers: { origin },
        })
      ).statusCode,
    ).toBe(403);
  }
  const absent = await fixture.server.inject({
    method: "DELETE",
    url: "/v1/session",
    headers: { cookie, host: "shop.test" },
  });
  expect(absent.statusCode).toBe(403);
  expect((await fixture.ask("DELETE", "/v1/session", { as: cookie })).statusCode).toBe(204);
  expect((await fixture.ask("GET", "/v1/session", { as: cookie })).statusCode).toBe(401);
});

test("guessing a password ends in 429 with Retry-After, also for all guesses at once; the right one in time is forgiven", async () => {
  const user = await fixture.newUser(["analyst"]);
  const guess = (password: string) => fixture.ask("POST", "/v1/session", { body: { email: user.email, password } });
  for (let round = 0; round < 9; round++) expect((await guess("wrong")).statusCode).toBe(401);
  expect((await guess(PASSWORD)).statusCode).toBe(200);
  const answers = await Promise.all(Array.from({ length: 14 }, () => guess("wrong")));
  expect(answers.filter((answer) => answer.statusCode === 401)).toHaveLength(10);
  expect(answers.filter((answer) => answer.statusCode === 429)).toHaveLength(4);
  const blocked = await guess(PASSWORD);
  expect(blocked.statusCode).toBe(429);
  expect(Number(blocked.headers["retry-after"])).toBeGreaterThan(60);
  clock.advance(15 * 60_000);
  expect((await guess(PASSWORD)).statusCode).toBe(200);
});

test("guessing from one address ends in 429 for every email", async () => {
  const guess = (email: string) =>
    fixture.server.inject({
      method: "POST",
      url: "/v1/session",
      remoteAddress: "203.0.113.9",
      headers: ORIGIN,
      payload: { email, password: "wrong" },
    });
  for (let round = 0; round < 99; round++) await guess("nobody@shop.test");
  expect((await guess("somebody@shop.test")).statusCode).toBe(401);
  expect((await guess("anybody@shop.test")).statusCode).toBe(429);
});

test("a session slides with its use, ends 12 hours after it, and after 7 days in any case", async () => {
  const user = await fixture.newUser(["analyst"]);
  const status = async (cookie: string): Promise<number> =>
    (await fixture.ask("GET", "/v1/session", { as: cookie })).statusCode;
  const idle = await fixture.signIn(user.email);
  const busy = await fixture.signIn(user.email);
  for (let hours = 0; hours < 24; hours += 8) {
    clock.advance(8 * 3_600_000);
    expect(await status(busy)).toBe(200);
  }
  expect(await status(idle)).toBe(401);
  for (let hours = 24; hours < 7 * 24 - 8; hours += 8) {
    clock.advance(8 * 3_600_000);
    expect(await status(busy)).toBe(200);
  }
  clock.advance(8 * 3_600_000 + 1);
  expect(await status(busy)).toBe(401);
  await fixture.signInAdmin();
});

test("a change of password, roles or state ends the user's sessions; a change of a role takes effect in them", async () => {
  const user = await fixture.newUser(["analyst"]);
  const change = (body: object) => fixture.ask("PATCH", `/v1/users/${user.id}`, { as: fixture.admin, body });
  for (const body of [
    { roles: ["planner"] },
    { locationCodes: ["store-1"] },
    { password: PASSWORD },
    { disabled: true },
  ]) {
    const cookie = await fixture.signIn(user.email);
    expect((await change(body)).statusCode).toBe(200);
    expect((await fixture.ask("GET", "/v1/session", { as: cookie })).statusCode).toBe(401);
  }
  expect(
    (await fixture.ask("POST", "/v1/session", { body: { email: user.email, password: PASSWORD } })).statusCode,
  ).toBe(401);
  await change({ disabled: false, locationCodes: null });

  const [first, second] = [await fixture.signIn(user.email), await fixture.signIn(user.email)];
  const passwords = { currentPassword: PASSWORD, newPassword: "another horse battery" };
  const changed = await fixture.ask("POST", "/v1/session/password", { as: first, body: passwords });
  expect(changed.statusCode).toBe(200);
  for (const cookie of [first, second])
    expect((await fixture.ask("GET", "/v1/session", { as: cookie })).statusCode).toBe(401);
  // A repetition, whose answer was lost, changes nothing: neither session nor password of before is left to ask with.
  expect((await fixture.ask("POST", "/v1/session/password", { as: first, body: passwords })).statusCode).toBe(401);
  const mine = cookieOf(changed);
  expect((await fixture.ask("POST", "/v1/session/password", { as: mine, body: passwords })).statusCode).toBe(401);
  expect((await fixture.ask("GET", "/v1/users", { as: mine })).statusCode).toBe(403);
  const role = (permissions: string[]) =>
    fixture.ask("PUT", "/v1/roles/planner", { as: fixture.admin, body: { name: "Planner", permissions } });
  await role(["users:read"]);
  expect((await fixture.ask("GET", "/v1/users", { as: mine })).statusCode).toBe(200);
  await role([]);
  expect((await fixture.ask("GET", "/v1/users", { as: mine })).statusCode).toBe(403);
});

test("of processes that start together one makes the first user, and later starts make none", async () => {
  const empty = await testDatabase();
  const fresh = openDatabase({ url: empty.url });
  await ensureShippedRoles(fresh);
  const made = await Promise.all(Array.from({ length: 3 }, () => ensureFirstUser(fresh, {})));
  expect(made.filter((user) => user !== null)).toHaveLength(1);
  expect(made.find((user) => user !== null)!.generatedPassword).toHaveLength(20);
  expect(await ensureFirstUser(fresh, { email: "late@shop.test", password: PASSWORD })).toBeNull();
  await fresh.close();
  await empty.close();
});

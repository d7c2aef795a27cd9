import { afterAll, beforeAll, beforeEach } from "vitest";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import {
  type Authenticator,
  createAuthenticator,
  createUser,
  ensureFirstUser,
  ensureShippedRoles,
  hashPassword,
  ALL_RIGHTS,
} from "../../src/access/public.ts";
import { accessRoutes } from "../../src/access/routes.ts";
import { fixedClock } from "../../src/platform/clock.ts";
import { type Database, openDatabase } from "../../src/platform/db/database.ts";
import { buildServer } from "../../src/platform/http/server.ts";
import { type TestDatabase, testDatabase } from "./database.ts";

export const PASSWORD = "correct horse battery";
export const ORIGIN = { origin: "http://shop.test", host: "shop.test" };
export const clock = fixedClock(new Date("2026-11-22T10:00:00Z"));

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Asked {
  /** A cookie or an API key. */
  as?: string;
  body?: object;
  headers?: Record<string, string>;
  on?: FastifyInstance;
}

/** Routes of access behind their own authenticator, on a database of the test file's own. */
export class AccessFixture {
  database!: Database;
  server!: FastifyInstance;
  authenticator!: Authenticator;
  /** The cookie of a signed-in administrator. */
  admin!: string;
  #own!: TestDatabase;
  #passwordHash!: string;
  #number = 0;

  async open(): Promise<void> {
    this.#own = await testDatabase();
    this.database = openDatabase({ url: this.#own.url });
    this.#passwordHash = await hashPassword(PASSWORD);
    await ensureShippedRoles(this.database);
    await ensureFirstUser(this.database, { email: "root@shop.test", password: PASSWORD });
    ({ server: this.server, authenticator: this.authenticator } = await this.openServer());
    await this.signInAdmin();
  }

  async close(): Promise<void> {
    this.authenticator.stop();
    await this.server.close();
    await this.database.close();
    await this.#own.close();
  }

  /** As another process would. */
  async openServer(): Promise<{ server: FastifyInstance; authenticator: Authenticator }> {
    const authenticator = createAuthenticator({ database: this.database, clock });
    const server = await buildServer({
      routes: accessRoutes({ database: this.database, clock, authenticator }),
      authenticate: authenticator.authenticate,
      logger: false,
      version: "0",
      rateLimit: { perSecond: 1e6, burst: 1e6 },
    });
    return { authenticator, server };
  }

  async ask(
    method: Method,
    url: string,
    { as, body, headers, on = this.server }: Asked = {},
  ): Promise<LightMyRequestResponse> {
    const credential =
      as === undefined ? {} : as.startsWith("orr_live_") ? { authorization: `Bearer ${as}` } : { cookie: as };
    return await on.inject({
      method,
      url,
      headers: { ...ORIGIN, ...credential, ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
  }

  async signIn(email: string): Promise<string> {
    const answer = await this.ask("POST", "/v1/session", { body: { email, password: PASSWORD } });
    return cookieOf(succeeded(answer));
  }

  async signInAdmin(): Promise<void> {
    this.admin = await this.signIn("root@shop.test");
  }

  async newUser(roles: string[], locationCodes: string[] | null = null): Promise<{ id: string; email: string }> {
    const email = this.newEmail();
    const user = await this.database.transaction((transaction) =>
      createUser(transaction, {
        user: { email, name: "Somebody", roles, locationCodes },
        passwordHash: this.#passwordHash,
        grantor: ALL_RIGHTS,
        origin: { actor: "system:test", requestId: null },
      }),
    );
    return { id: user.id, email };
  }

  newEmail(): string {
    return `user${++this.#number}@shop.test`;
  }

  async newKey(permissions: string[], body: object = {}): Promise<{ id: string; secret: string }> {
    const answer = await this.ask("POST", "/v1/api-keys", {
      as: this.admin,
      body: { name: "Test", permissions, ...body },
    });
    const { key, secret } = succeeded(answer).json<{ key: { id: string }; secret: string }>();
    return { id: key.id, secret };
  }
}

function succeeded(answer: LightMyRequestResponse): LightMyRequestResponse {
  if (answer.statusCode >= 300) throw new Error(`${answer.statusCode}: ${answer.body}`);
  return answer;
}

export function cookieOf(answer: LightMyRequestResponse): string {
  return String(answer.headers["set-cookie"]).split(";")[0]!;
}

/** One fixture per test file. Each test begins an hour later, so that attempts of one do not count in the next. */
export function useAccess(): AccessFixture {
  const fixture = new AccessFixture();
  beforeAll(() => fixture.open());
  beforeEach(() => clock.advance(3_600_000));
  afterAll(() => fixture.close());
  return fixture;
}

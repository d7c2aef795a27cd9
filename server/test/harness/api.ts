import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { buildServer } from "../../src/platform/http/server.ts";
import type { Principal, Route } from "../../src/platform/http/route.ts";

/** The routes of a module behind the real HTTP layer, called as whoever a test wants to be. */
export interface TestApi {
  server: FastifyInstance;
  call(method: string, url: string, options?: CallOptions): Promise<TestAnswer>;
  close(): Promise<void>;
}

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  as?: Partial<Principal>;
}

export interface TestAnswer {
  status: number;
  headers: LightMyRequestResponse["headers"];
  text: string;
  /** The parsed body, taken to be what the test expects. */
  json<Body = Record<string, unknown>>(): Body;
}

const CALLER = "x-test-caller";

/** `permissions` are the caller's unless a call says otherwise. */
export async function testApi(routes: readonly Route[], permissions: readonly string[]): Promise<TestApi> {
  const callers = new Map<string, Principal>();
  const server = await buildServer({
    routes,
    authenticate: (request) => callers.get(String(request.headers[CALLER])) ?? null,
    logger: false,
    version: "0.0.0",
    rateLimit: { perSecond: 1_000_000, burst: 1_000_000 },
  });
  await server.ready();
  const everybody: Principal = {
    actor: "user:test",
    name: "Test",
    permissions: new Set(permissions),
    locationCodes: null,
    channelCodes: null,
    credential: "test",
  };
  return {
    server,
    call: async (method, url, { body, headers, as } = {}) => {
      const caller = String(callers.size);
      callers.set(caller, { ...everybody, ...as });
      const text = typeof body === "string";
      const response = await server.inject({
        method: method as "GET",
        url,
        headers: { [CALLER]: caller, ...(text ? { "content-type": "application/json" } : {}), ...headers },
        ...(body === undefined ? {} : { payload: text ? body : (body as object) }),
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        text: response.body,
        json: <Body>() => JSON.parse(response.body) as Body,
      };
    },
    close: () => server.close(),
  };
}

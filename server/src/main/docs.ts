import apiReference from "@scalar/fastify-api-reference";
import type { FastifyInstance } from "fastify";

/** The reference never asks another host for anything. */
const DOCS_POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:";

const REFERENCE = {
  routePrefix: "/docs",
  configuration: {
    url: "/openapi.json",
    withDefaultFonts: false,
    telemetry: false,
    hideClientButton: true,
    agent: { disabled: true },
    mcp: { disabled: true },
    defaultOpenAllTags: false,
    persistAuth: true,
  } as Record<string, unknown>,
} as const;

/** /openapi.json and the API reference at /docs. */
export async function serveDocs(server: FastifyInstance): Promise<void> {
  server.get("/openapi.json", { schema: { hide: true } }, () => server.swagger());
  // In a scope of its own: a hook on the server would run for every request of the API.
  await server.register(async (scope) => {
    scope.addHook("onRequest", (_request, reply, done) => {
      reply.header("content-security-policy", DOCS_POLICY);
      done();
    });
    await scope.register(apiReference, REFERENCE);
  });
}

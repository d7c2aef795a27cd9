import apiReference from "@scalar/fastify-api-reference";
import type { FastifyInstance } from "fastify";

/** The reference never asks another host for anything. */
const DOCS_POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:";

/** /openapi.json and the API reference at /docs. */
export async function serveDocs(server: FastifyInstance): Promise<void> {
  server.get("/openapi.json", { schema: { hide: true } }, () => server.swagger());
  server.addHook("onSend", async (request, reply) => {
    if (request.url.startsWith("/docs")) reply.header("content-security-policy", DOCS_POLICY);
  });
  await server.register(apiReference, {
    routePrefix: "/docs",
    configuration: { url: "/openapi.json", withDefaultFonts: false, telemetry: false, hideClientButton: true, agent: { disabled: true }, mcp: { disabled: true }, defaultOpenAllTags: false, persistAuth: true } as Record<string, unknown>,
  });
}

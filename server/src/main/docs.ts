import Fastify, { type FastifyInstance } from "fastify";

/** The reference never asks another host for anything. */
const DOCS_POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:";

const REFERENCE = {
  routePrefix: "/docs",
  configuration: {
    url: "/openapi.json",
    withDefaultFonts: false,
    telemetry: false,
    hideClientButton: true,
    // Its "Share" and "Deploy" would send the document to the maker's servers.
    showDeveloperTools: "never",
    agent: { disabled: true },
    mcp: { disabled: true },
    defaultOpenAllTags: false,
    persistAuth: true,
  } as Record<string, unknown>,
} as const;

/** /openapi.json and the API reference at /docs. The reference is loaded by its first reader: it takes 25 MB. */
export function serveDocs(server: FastifyInstance): void {
  server.get("/openapi.json", { schema: { hide: true } }, () => server.swagger());
  let opening: Promise<FastifyInstance> | null = null;
  for (const url of ["/docs", "/docs/*"]) {
    server.get(url, { schema: { hide: true } }, async (request, reply) => {
      opening ??= openReference();
      const reference = await opening;
      reply.hijack();
      reference.routing(request.raw, reply.raw);
    });
  }
  server.addHook("onClose", async () => {
    const reference = await opening;
    await reference?.close();
  });
}

/** A server that never listens: it is handed the requests for its addresses. */
async function openReference(): Promise<FastifyInstance> {
  const { default: apiReference } = await import("@scalar/fastify-api-reference");
  const reference = Fastify();
  reference.addHook("onRequest", (_request, reply, done) => {
    reply.header("content-security-policy", DOCS_POLICY);
    reply.header("x-content-type-options", "nosniff");
    done();
  });
  await reference.register(apiReference, REFERENCE);
  await reference.ready();
  return reference;
}

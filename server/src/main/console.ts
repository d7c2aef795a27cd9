import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

const BUILT = fileURLToPath(new URL("../../../console/dist/", import.meta.url));
const CONSOLE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const YEAR_SECONDS = 31_536_000;

/** The built console at /. Its own addresses (no dot in the last segment) all answer with its page. */
export async function serveConsole(server: FastifyInstance): Promise<void> {
  if (!existsSync(`${BUILT}index.html`)) {
    server.get("/", { schema: { hide: true } }, (_request, reply) =>
      reply
        .type("text/plain")
        .send("The console has not been built: npm start builds it. The API is at /v1, its reference at /docs.\n"),
    );
    return;
  }
  await server.register(fastifyStatic, {
    root: BUILT,
    // Files are looked up when asked for, so that a console built meanwhile is served whole.
    serve: false,
    preCompressed: true,
    setHeaders: (reply, path) => {
      reply.header(
        "cache-control",
        path.includes("/assets/") ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache",
      );
    },
  });
  server.get("/*", { schema: { hide: true } }, (request, reply) => {
    const path = request.url.split("?")[0] ?? "/";
    const isFile = (path.split("/").at(-1) ?? "").includes(".");
    // The build has plain names only; anything else (dots that climb, escapes) is not there.
    if (path.startsWith("/v1/") || (isFile && !/^(\/[\w-][\w.-]*)+$/.test(path))) return reply.callNotFound();
    if (isFile) return reply.sendFile(path.slice(1));
    return reply
      .header("content-security-policy", CONSOLE_POLICY)
      .header("x-frame-options", "DENY")
      .header("referrer-policy", "same-origin")
      .sendFile("index.html");
  });
}

import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { buildServer, type TrustedProxies } from "../platform/http/server.ts";
import type { Application } from "./application.ts";
import { serveConsole } from "./console.ts";
import { serveDocs } from "./docs.ts";
import { serveHealth } from "./health.ts";
import { version } from "./version.ts";

/** A key may send this many requests a second; a burst may be twice that. Enough for a web shop's product pages. */
const RATE_LIMIT = { perSecond: 20_000, burst: 40_000 };

/** The HTTP server with all routes, the reference at /docs, the console at /, health and metrics. */
export async function buildApi(
  application: Application,
  log: Logger | false,
  trustProxy: TrustedProxies = false,
): Promise<FastifyInstance> {
  const server = await buildServer({
    routes: application.routes,
    authenticate: application.authenticator.authenticate,
    knownCaller: application.authenticator.knownCaller,
    logger: log,
    version,
    rateLimit: RATE_LIMIT,
    trustProxy,
  });
  serveHealth(server, application);
  serveDocs(server);
  await serveConsole(server);
  return server;
}

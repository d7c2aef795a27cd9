import type { FastifyInstance } from "fastify";
import { register } from "prom-client";
import { statement } from "../platform/db/statements.ts";
import type { Application } from "./application.ts";

const ping = statement<{ one: number }>("main.ping", "select 1 as one");
const READY_TIMEOUT_MS = 2_000;

/** Liveness says that the process runs; readiness that it can answer, so it needs the database. */
export function serveHealth(server: FastifyInstance, application: Application): void {
  const hidden = { schema: { hide: true } };
  server.get("/health/live", hidden, () => ({ status: "live" }));
  server.get("/health/ready", hidden, async (_request, reply) => {
    const reachable = await Promise.race([
      application.database.read(ping).then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => setTimeout(resolve, READY_TIMEOUT_MS, false).unref()),
    ]);
    return reply.code(reachable ? 200 : 503).send({ status: reachable ? "ready" : "database unreachable" });
  });
  server.get("/metrics", hidden, async (_request, reply) =>
    reply.type(register.contentType).send(await register.metrics()),
  );
}

import { readFile } from "node:fs/promises";
import Fastify from "fastify";

/**
 * The reference of the availability benches: Fastify as it comes, one route, no hook, no schema, no log, the same bytes
 * every time. Its body is in the file named by the first argument.
 */
const body = await readFile(process.argv[2]!, "utf8");
const server = Fastify();
server.get("/", (_request, reply) => {
  void reply.type("application/json; charset=utf-8").send(body);
});
await server.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
process.once("SIGTERM", () => void server.close());

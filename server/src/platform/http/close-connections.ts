import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

const LOOK_EVERY_MS = 25;

/**
 * A server that closes waits for its connections, and of these Node ends at once only those that are idle at that
 * moment. Browsers and pools open connections ahead of their requests: Node counts such a one as busy for a minute. And
 * one whose answer was under way stays open for its next request, which will not be answered, until its keep-alive ends.
 * Here the first end when the server closes, the second when their answer is given.
 */
export function closeConnections(server: FastifyInstance): void {
  const unused = new Set<Socket>();
  server.server.on("connection", (socket: Socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  server.server.on("request", ({ socket }) => void unused.delete(socket));
  server.addHook("preClose", async () => {
    if (!server.server.listening) return;
    for (const socket of unused) socket.destroy();
    const timer = setInterval(() => server.server.closeIdleConnections(), LOOK_EVERY_MS);
    server.server.once("close", () => clearInterval(timer));
  });
}

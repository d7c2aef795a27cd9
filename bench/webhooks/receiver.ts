import { createServer } from "node:http";

/**
 * Takes deliveries as fast as they come and tells, at `/`, how many came since it was last asked and how old each was:
 * from the recording of the event to its arrival, by the clock of this one machine.
 */
let ages: number[] = [];

const server = createServer((request, response) => {
  if (request.method === "GET") {
    response.end(JSON.stringify(ages));
    ages = [];
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { recordedtime } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { recordedtime: string };
    ages.push(Date.now() - Date.parse(recordedtime));
    response.writeHead(204).end();
  });
});
server.listen(Number(process.env.PORT), "127.0.0.1");
process.once("SIGTERM", () => {
  server.closeAllConnections();
  server.close();
});

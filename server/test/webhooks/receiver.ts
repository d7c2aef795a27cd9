import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  event: { id: string; type: string; subject: string; sequence: number; cursor: string };
  at: number;
}

/** Somebody else's system on this machine: keeps what it is sent and answers as a test wants. */
export interface Receiver {
  url: string;
  received: Received[];
  /** What it took: the events that it answered with 2xx, as `subject/sequence`. */
  taken(): string[];
  answer: (received: Received, response: ServerResponse) => void;
  close(): Promise<void>;
}

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const taken: string[] = [];
  const receiver: Receiver = {
    url: "",
    received,
    taken: () => taken,
    answer: (_received, response) => void response.writeHead(200).end("ok"),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const event = JSON.parse(body) as Received["event"];
      const one = { headers: request.headers, body, event, at: performance.now() };
      received.push(one);
      response.once("finish", () => {
        if (response.statusCode < 300) taken.push(`${event.subject}/${event.sequence}`);
      });
      receiver.answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { type DatabaseKind, openTestDatabases } from "./databases.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where test processes ask for databases: `POST /` and the kind, `DELETE /` with the URL as body. */
    testDatabases: string;
  }
}

/** Gives the test processes databases over HTTP on loopback; the returned function ends the server behind them. */
export async function serveDatabases(
  project: TestProject,
  settings: Record<string, string>,
): Promise<() => Promise<void>> {
  const databases = openTestDatabases(settings);
  const answer = async (request: IncomingMessage): Promise<string> => {
    if (request.method === "POST") return await databases.create(request.url!.slice(1) as DatabaseKind);
    await databases.drop(Buffer.concat(await request.toArray()).toString());
    return "";
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (body) => response.end(body),
      (error: Error) => response.writeHead(500).end(error.stack ?? error.message),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  project.provide("testDatabases", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    await databases.close();
    server.closeAllConnections();
    server.close();
  };
}

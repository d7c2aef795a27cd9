import type { Page } from "playwright-core";

/** Asks the API as the person who is signed in: what a screen did must be true behind it too. */
export async function read<Answer>(page: Page, path: string): Promise<Answer> {
  return (await page.evaluate(ask, { path, init: {} })) as Answer;
}

/** Prepares what a test needs, so that it can be repeated on the same server. */
export async function write<Answer>(page: Page, path: string, content: object): Promise<Answer> {
  const headers = { "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
  return (await page.evaluate(ask, {
    path,
    init: { method: "POST", headers, body: JSON.stringify(content) },
  })) as Answer;
}

/** The same where something is saved under its own address, or taken away. */
export function put<Answer>(page: Page, path: string, content: object): Promise<Answer> {
  return page.evaluate(ask, {
    path,
    init: { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(content) },
  }) as Promise<Answer>;
}

/** Takes away what a test has begun. */
export async function remove(page: Page, path: string): Promise<void> {
  await page.evaluate(ask, { path, init: { method: "DELETE" } });
}

/** Runs in the page. A busy machine may make the server shed load; it says when to come again. */
async function ask({ path, init }: { path: string; init: RequestInit }): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(path, init);
    if (response.status === 204) return undefined;
    if (response.ok) return response.json();
    if (response.status !== 503 || attempt === 5)
      throw new Error(`${init.method ?? "GET"} ${path}: ${response.status} ${await response.text()}`);
    const pauseSeconds = Number(response.headers.get("retry-after") ?? 1);
    await new Promise((resolve) => setTimeout(resolve, pauseSeconds * 1000));
  }
}

import type { Page } from "playwright-core";

/** Asks the API as the person who is signed in: what a screen did must be true behind it too. */
export async function read<Answer>(page: Page, path: string): Promise<Answer> {
  return (await page.evaluate(async (from) => {
    const response = await fetch(from);
    if (!response.ok) throw new Error(`GET ${from}: ${response.status} ${await response.text()}`);
    return response.json();
  }, path)) as Answer;
}

/** Prepares what a test needs, so that it can be repeated on the same server. */
export async function write<Answer>(page: Page, path: string, body: object): Promise<Answer> {
  return (await page.evaluate(
    async ({ to, content }) => {
      const response = await fetch(to, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
        body: content,
      });
      if (!response.ok) throw new Error(`POST ${to}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    { to: path, content: JSON.stringify(body) },
  )) as Answer;
}

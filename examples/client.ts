/** A small client of the public API: what an integration would write. */
export interface Client {
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body: object): Promise<Answer>;
  put<Answer>(path: string, body: object): Promise<Answer>;
  patch<Answer>(path: string, body: object): Promise<Answer>;
}

export interface BulkAnswer<Result> {
  items: { index: number; status: "ok" | "refused"; result?: Result; problem?: { code: string; detail: string } }[];
}

const TIMEOUT_MS = 60_000;

export function connect(url: string, key: string): Client {
  const call = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { "content-type": "application/json" } : {}) },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  };
  return {
    get: (path) => call("GET", path),
    post: (path, body) => call("POST", path, body),
    put: (path, body) => call("PUT", path, body),
    patch: (path, body) => call("PATCH", path, body),
  };
}

/** Sends a list in parts; every item must be taken. */
export async function postAll<Item extends object, Result>(
  client: Client,
  path: string,
  items: readonly Item[],
  partSize: number,
  extra: object = {},
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += partSize) {
    const answer = await client.post<BulkAnswer<Result>>(path, { ...extra, items: items.slice(from, from + partSize) });
    for (const item of answer.items) {
      if (item.status !== "ok")
        throw new Error(`${path}, item ${from + item.index}: ${item.problem?.code}: ${item.problem?.detail}`);
      results.push((item.result ?? item) as Result);
    }
  }
  return results;
}

/** Does at most `width` at once. */
export async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

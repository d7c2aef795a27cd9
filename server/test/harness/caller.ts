import { Pool } from "undici";

/** Somebody with an API key, calling over HTTP. */
export interface Caller {
  /** Whatever the answer is. */
  ask<Body = unknown>(
    method: Method,
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>;
  get<Body>(path: string): Promise<Body>;
  /** Fails when the answer is not 2xx. */
  post<Body>(path: string, body: object, key?: string): Promise<Body>;
  put<Body>(path: string, body: object): Promise<Body>;
  /** The code of a refusal; fails when there is none. */
  refused(path: string, body: object, key?: string): Promise<string>;
  /** All rows of a cursor list. */
  list<Row>(path: string): Promise<Row[]>;
  readonly key: string;
  close(): Promise<void>;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Answer<Body> {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Body;
}

export interface ProblemBody {
  code: string;
  detail: string;
  errors?: { pointer: string; message: string }[];
}

const TIMEOUT_MS = 30_000;

export function callerOf(url: string, key: string, connections = 16): Caller {
  const pool = new Pool(url, { connections, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  const ask = async <Body>(
    method: Method,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> => {
    const response = await pool.request({
      method,
      path,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.body.text();
    const isJson = String(response.headers["content-type"]).includes("json");
    return { status: response.statusCode, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
  };
  const must = async <Body>(method: Method, path: string, body?: object, key?: string): Promise<Body> => {
    const answer = await ask<Body>(method, path, body, keyHeader(key));
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    key,
    ask,
    get: (path) => must("GET", path),
    post: (path, body, idempotencyKey) => must("POST", path, body, idempotencyKey),
    put: (path, body) => must("PUT", path, body),
    refused: async (path, body, idempotencyKey) => {
      const answer = await ask<ProblemBody>("POST", path, body, keyHeader(idempotencyKey));
      if (answer.status < 400)
        throw new Error(`POST ${path} was not refused: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body.code;
    },
    list: async <Row>(path: string): Promise<Row[]> => {
      const rows: Row[] = [];
      for (let after = ""; ; ) {
        const page: { data: Row[]; next: string | null } = await must(
          "GET",
          `${path}${path.includes("?") ? "&" : "?"}limit=200${after}`,
        );
        rows.push(...page.data);
        if (page.next === null) return rows;
        after = `&after=${encodeURIComponent(page.next)}`;
      }
    },
    close: () => pool.close(),
  };
}

function keyHeader(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { "idempotency-key": key };
}

import { isIP } from "node:net";
import type { Dispatcher } from "undici";
import { type OutboundPolicy, refusalOfAddress } from "./address-policy.ts";
import type { Resolve } from "./guarded-agent.ts";
import { OutboundRefused } from "./outbound-refused.ts";

export interface OutboundRequest {
  url: string;
  method: "POST" | "PUT" | "GET";
  headers: Readonly<Record<string, string>>;
  body: string;
  signal?: AbortSignal;
}

export interface OutboundAnswer {
  status: number;
  headers: Record<string, string>;
  /** At most 64 KiB of it. */
  body: string;
  truncated: boolean;
}

/** Sends what users configure to where users configure, and nowhere that the policy forbids. */
export interface Outbound {
  /** Throws when there is no answer: `OutboundRefused`, or what went wrong on the way. Redirects are answers. */
  send(request: OutboundRequest): Promise<OutboundAnswer>;
  /** Why the address can never be reached, for people; null when it can, or nobody knows yet. */
  refusalOfUrl(url: string): string | null;
  close(): Promise<void>;
}

const TOTAL_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const CONNECTIONS_PER_ORIGIN = 64;

export function createOutbound(policy: OutboundPolicy, resolve?: Resolve): Outbound {
  let agent: Promise<Dispatcher> | undefined;
  return {
    send: async (request) => {
      agent ??= openAgent(policy, resolve);
      return await send(await agent, request);
    },
    refusalOfUrl: (url) => refusalOfUrl(policy, url),
    close: async () => await (await agent)?.destroy(),
  };
}

/** With the first call: loading the client at the start of the process took 85 ms, and many installations never call. */
async function openAgent(policy: OutboundPolicy, resolve?: Resolve): Promise<Dispatcher> {
  const { guardedAgent } = await import("./guarded-agent.ts");
  return guardedAgent(policy, CONNECTIONS_PER_ORIGIN, resolve);
}

async function send(agent: Dispatcher, request: OutboundRequest): Promise<OutboundAnswer> {
  const url = new URL(request.url);
  const deadline = AbortSignal.timeout(TOTAL_TIMEOUT_MS);
  const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
  try {
    const { statusCode, headers, body } = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: request.headers,
      body: request.method === "GET" ? null : request.body,
      signal,
    });
    const { text, truncated } = await readAtMost(body);
    return { status: statusCode, headers: flat(headers), body: text, truncated };
  } catch (error) {
    if (deadline.aborted) throw new Error(`No whole answer within ${TOTAL_TIMEOUT_MS / 1_000} s.`, { cause: error });
    throw refusalIn(error) ?? error;
  }
}

/** Reading more would let a receiver fill our memory; what matters is known by then. */
async function readAtMost(body: Dispatcher.ResponseData["body"]): Promise<{ text: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) break;
  }
  const whole = Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES);
  return { text: whole.toString("utf8"), truncated: bytes > MAX_ANSWER_BYTES };
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** Several addresses fail as one error of many. */
function refusalIn(error: unknown): OutboundRefused | null {
  if (error instanceof OutboundRefused) return error;
  if (error instanceof AggregateError) return refusalIn(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? refusalIn(error.cause) : null;
}

/** What can be said without asking anybody: form, scheme, and literal addresses. Names are judged when they are used. */
function refusalOfUrl(policy: OutboundPolicy, text: string): string | null {
  const url = URL.parse(text);
  if (url === null) return "it is no URL";
  if (url.protocol !== "https:" && url.protocol !== "http:") return "it must begin with https:// or http://";
  if (url.username !== "" || url.password !== "") return "it must not hold a user or a password";
  const secure = url.protocol === "https:";
  const port = Number(url.port || (secure ? 443 : 80));
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(hostname) !== 0) return refusalOfAddress(policy, { address: hostname, port, secure });
  if (policy.allowedNetworks.length > 0) return null;
  if (!policy.ports.includes(port)) return `port ${port} is not allowed`;
  return secure || port === 80 ? null : "it needs https";
}

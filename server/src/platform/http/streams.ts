import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { common } from "../refusals.ts";
import { closedSignal } from "./closed-signal.ts";
import type { Principal } from "./route.ts";

const STREAMS_PER_PROCESS = 1_000;
const STREAMS_PER_CREDENTIAL = 20;
/** A stream whose client does not read cannot end by itself; when the server stops, it is cut after this. */
const UNREAD_MS = 500;

export interface StreamsOptions {
  /** Asked again while a stream is open. */
  authenticate: (request: FastifyRequest) => Principal | null | Promise<Principal | null>;
  /** Calls back when the server stops; answers how to take that back. */
  onStop: (callback: () => void) => () => void;
}

export interface StreamCall {
  principal: Principal;
  request: FastifyRequest;
  reply: FastifyReply;
}

export interface OpenStream {
  /** Aborted when the client is gone. */
  signal: AbortSignal;
  /** Asked before every page: a revoked key or ended session ends its stream. */
  isAllowed: () => Promise<boolean>;
}

export type OpenStreams = (
  call: StreamCall,
  permission: string,
  write: (stream: OpenStream) => AsyncIterable<string>,
) => Readable;

/** Server-sent events of one kind, so many at once for a credential and for the process; beyond that the next one has to wait. */
export function createStreams({ authenticate, onStop }: StreamsOptions): OpenStreams {
  const open = new Map<string, number>();
  return ({ principal, request, reply }, permission, write) => {
    const leave = enter(open, principal.credential);
    const forget = onStop(() => setTimeout(() => reply.raw.destroy(), UNREAD_MS).unref());
    const signal = closedSignal(reply);
    signal.addEventListener("abort", () => (leave(), forget()), { once: true });
    const isAllowed = async (): Promise<boolean> => (await authenticate(request))?.permissions.has(permission) ?? false;
    // Proxies that collect answers before passing them on would hold events back.
    reply.header("x-accel-buffering", "no");
    // A connection that stays open after the stream's end would hold up a server that wants to stop.
    reply.header("connection", "close");
    return Readable.from(write({ signal, isAllowed }), { objectMode: false });
  };
}

function enter(open: Map<string, number>, credential: string): () => void {
  const own = open.get(credential) ?? 0;
  const all = [...open.values()].reduce((sum, count) => sum + count, 0);
  if (own >= STREAMS_PER_CREDENTIAL)
    throw common.refuse("tooManyRequests", { message: `At most ${STREAMS_PER_CREDENTIAL} streams per credential.` });
  if (all >= STREAMS_PER_PROCESS) throw common.refuse("overloaded");
  open.set(credential, own + 1);
  return () => {
    const left = open.get(credential)! - 1;
    if (left === 0) open.delete(credential);
    else open.set(credential, left);
  };
}

import type { CreateClientConfig } from "./generated/client.gen.ts";
import { problemOf } from "./problem.ts";

const pausesMs = [400, 1200];

/** 128 random bits. (`crypto.randomUUID` exists only on HTTPS and localhost; a shop floor may have neither.) */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Sends a request, and sends it again when no answer came. A command carries one Idempotency-Key through all its
 * attempts, so it takes effect once even if only its answer was lost. Whatever is not a success is thrown as a Problem.
 */
async function send(request: Request): Promise<Response> {
  if (request.method === "POST") request.headers.set("Idempotency-Key", randomKey());
  const response = await attempt(request, pausesMs);
  if (response.ok) return response;
  const isJson = response.headers.get("content-type")?.includes("json");
  throw problemOf(isJson ? await response.json() : undefined, response);
}

async function attempt(request: Request, pauses: readonly number[]): Promise<Response> {
  const [pause, ...rest] = pauses;
  // A copy is kept only while another attempt is possible: the body of a request can be read once.
  const again = pause === undefined ? undefined : request.clone();
  try {
    return await fetch(request);
  } catch (lost) {
    if (request.signal.aborted) throw lost;
    if (!again) throw problemOf(undefined, undefined);
    await new Promise((resume) => setTimeout(resume, pause));
    return attempt(again, rest);
  }
}

/** The console is served by the API itself: same origin, and the session's cookie goes along. */
export const createClientConfig: CreateClientConfig = (config) => ({
  ...config,
  baseUrl: "",
  credentials: "same-origin",
  fetch: (request) => send(request as Request),
});

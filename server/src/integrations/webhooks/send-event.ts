import type { Webhook } from "standardwebhooks";
import { type Outbound, type OutboundAnswer } from "../../platform/outbound/send-outbound.ts";

/** What a receiver answered, or why there was no answer. */
export interface Attempt {
  startedAt: Date;
  durationMs: number;
  status: number | null;
  error: string | null;
  answer: OutboundAnswer | null;
}

const LONGEST_ERROR = 300;
const USER_AGENT = "Orrery-Webhooks/1";

export interface SignedEvent {
  /** The event's ID: a receiver that has seen it has had this event. */
  id: string;
  body: string;
}

/** The headers of an event at this moment; a signature is as old as its attempt, not as the event. */
export function signedHeaders(
  { id, body }: SignedEvent,
  signers: readonly Pick<Webhook, "sign">[],
  at: Date,
): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": USER_AGENT,
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": signers.map((signer) => signer.sign(id, at, body)).join(" "),
  };
}

/** Sends it once, and never throws: no answer is an outcome too. */
export async function sendEvent(
  outbound: Outbound,
  url: string,
  event: SignedEvent,
  options: { signers: readonly Webhook[]; at: Date; signal?: AbortSignal },
): Promise<Attempt> {
  const begun = performance.now();
  const headers = signedHeaders(event, options.signers, options.at);
  const attempt = (status: number | null, error: string | null, answer: OutboundAnswer | null): Attempt => ({
    startedAt: options.at,
    durationMs: Math.round(performance.now() - begun),
    status,
    error,
    answer,
  });
  try {
    const answer = await outbound.send({
      url,
      method: "POST",
      headers,
      body: event.body,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    return attempt(answer.status, answer.status < 300 ? null : sentenceOf(answer.status), answer);
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return attempt(null, (message || code || "It could not be reached.").slice(0, LONGEST_ERROR), null);
  }
}

function sentenceOf(status: number): string {
  if (status < 400) return `The receiver answered ${status}; redirects are not followed.`;
  return `The receiver answered ${status}.`;
}

import { createHmac, timingSafeEqual } from "node:crypto";
import { integrations } from "../refusals.ts";
import type { InboundSource } from "./source-schema.ts";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Throws unless one of the secrets has signed exactly these bytes, and, with Standard Webhooks, lately. */
export function verifyRequest(
  source: InboundSource,
  secrets: readonly string[],
  request: { headers: Headers; body: Buffer; now: Date },
): void {
  const { signature } = source;
  const { headers, body } = request;
  if (signature.scheme === "hmacSha256") {
    const { header, encoding, prefix = "" } = signature;
    const given = textOf(headers[header.toLowerCase()]);
    const told = given.startsWith(prefix) ? Buffer.from(given.slice(prefix.length), encoding) : Buffer.alloc(0);
    if (!secrets.some((secret) => isSame(told, hmac(Buffer.from(secret), body))))
      throw integrations.refuse("badSignature");
    return;
  }
  const id = textOf(headers["webhook-id"]);
  const timestamp = textOf(headers["webhook-timestamp"]);
  const told = textOf(headers["webhook-signature"])
    .split(" ", MOST_SIGNATURES)
    .filter((one) => one.startsWith("v1,"))
    .map((one) => Buffer.from(one.slice(3), "base64"));
  const right = secrets.map((secret) => hmac(keyOf(secret), Buffer.from(`${id}.${timestamp}.`), body));
  if (!told.some((one) => right.some((other) => isSame(one, other)))) throw integrations.refuse("badSignature");
  refuseStale(new Date(Number(timestamp) * 1_000), source.toleranceSeconds, request.now);
}

/** A sender's clock may be ahead so far. */
const AHEAD_SECONDS = 300;
/** A request carries one for each secret that is valid at its sender. */
const MOST_SIGNATURES = 10;

export function refuseStale(at: Date, toleranceSeconds: number, now: Date): void {
  const ageSeconds = (now.getTime() - at.getTime()) / 1_000;
  if (ageSeconds <= toleranceSeconds && ageSeconds >= -AHEAD_SECONDS) return;
  throw integrations.refuse("staleEvent", { details: { toleranceSeconds } });
}

/** Why the source's scheme cannot use this secret; null: it can. */
export function secretFault({ signature }: InboundSource, secret: string): string | null {
  if (signature.scheme === "hmacSha256") return null;
  const bytes = secret.startsWith(PREFIX) ? keyOf(secret).length : 0;
  return bytes >= 24 && bytes <= 64 ? null : "must be whsec_ and 24 to 64 bytes in base64";
}

const PREFIX = "whsec_";

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), "base64");
}

function hmac(key: Buffer, ...parts: readonly Buffer[]): Buffer {
  const digest = createHmac("sha256", key);
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/** Takes as long whatever is wrong. */
function isSame(told: Buffer, right: Buffer): boolean {
  return told.length === right.length && timingSafeEqual(told, right);
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === "string" ? header : "";
}

import { createHash, randomBytes } from "node:crypto";
import { statement } from "../platform/db/statements.ts";

export type LinkPurpose = "reportProblem" | "declineFollowUps" | "answerQuestion";

/**
 * How long a link works: a problem is noticed within weeks; wanting no more mail must stay easy; a question ends by its own
 * deadline, and its link tells how.
 */
export const LINK_DAYS: Readonly<Record<LinkPurpose, number>> = {
  reportProblem: 60,
  declineFollowUps: 400,
  answerQuestion: 60,
};

const SECRET_BYTES = 24;

/** What stands in the message, and what is kept of it. Whoever reads the database cannot make links of it. */
export function newLink(): { token: string; tokenHash: Buffer } {
  const token = randomBytes(SECRET_BYTES).toString("base64url");
  return { token, tokenHash: hashOfToken(token) };
}

export function hashOfToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

export const insertLink = statement(
  "messages.insertLink",
  `insert into messages.links (token_hash, message_id, order_id, purpose, address_hash, language, expires_at)
   values ($1::bytea, $2::uuid, $3::uuid, $4, $5::bytea, $6, now() + $7::int * interval '1 day')`,
);

import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { sha256 } from "./api-key-tokens.ts";
import { access } from "./refusals.ts";
import type { CheckedUser } from "./check-password.ts";
import { SESSION_IDLE_MS } from "./session-cookies.ts";

/** The sessions used longest ago end when a user has more than this. */
const SESSIONS_PER_USER = 20;

// A password changed since it was checked is waited for, and then does not fit any more.
const lockCheckedUser = statement<{ id: string }>(
  "access.lockCheckedUser",
  "select id from access.users where id = $1 and password_hash = $2 and disabled_at is null for share",
);

const insertSession = statement(
  "access.insertSession",
  "insert into access.sessions (token_hash, user_id, created_at, seen_at, expires_at) values ($1, $2, $3, $3, $4)",
);

const deleteOldSessions = statement(
  "access.deleteOldSessions",
  `delete from access.sessions where user_id = $1 and (expires_at <= $2 or token_hash not in
     (select token_hash from access.sessions where user_id = $1 order by seen_at desc, token_hash limit $3))`,
);

export async function startSession(
  transaction: Transaction,
  user: CheckedUser,
  token: string,
  now: Date,
): Promise<void> {
  const [locked] = await transaction.read(lockCheckedUser, [user.id, user.passwordHash]);
  if (locked === undefined) throw access.refuse("wrongCredentials");
  transaction.write(insertSession, [sha256(token), user.id, now, new Date(now.getTime() + SESSION_IDLE_MS)]);
  transaction.write(deleteOldSessions, [user.id, now, SESSIONS_PER_USER]);
}

// Only a session that was there needs the attention of the other processes.
const deleteSession = statement(
  "access.deleteSession",
  `with ended as (delete from access.sessions where token_hash = $1 returning user_id)
   update access.changes set version = version + 1 where exists (select from ended)`,
);

export function endSession(transaction: Transaction, token: string): void {
  transaction.write(deleteSession, [sha256(token)]);
}

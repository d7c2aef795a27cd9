import { Type, type Static } from "typebox";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { PasswordCheck } from "./check-password.ts";
import { MAX_PASSWORD_LENGTH } from "./passwords.ts";
import { newSessionToken } from "./session-cookies.ts";
import { endSession, startSession } from "./sessions.sql.ts";

export const Credentials = Type.Object(
  {
    email: Type.String({
      minLength: 1,
      maxLength: 254,
      description: "The user's email.",
      examples: ["ana@example.com"],
    }),
    password: Type.String({
      minLength: 1,
      maxLength: MAX_PASSWORD_LENGTH,
      description: "The user's password.",
      examples: ["correct horse battery"],
    }),
  },
  { additionalProperties: false, $id: "Credentials", description: "With what somebody signs in." },
);

export interface SignIn {
  credentials: Static<typeof Credentials>;
  /** The session that the browser had before; it ends. */
  formerToken: string | null;
  address: string;
  requestId: string;
}

/** A new session under a new token, whatever cookie the browser sent. */
export async function signIn(
  { database, clock, checkPassword }: { database: Database; clock: Clock; checkPassword: PasswordCheck },
  { credentials, formerToken, address, requestId }: SignIn,
): Promise<{ userId: string; token: string }> {
  const user = await checkPassword(credentials.email, credentials.password, address);
  const token = newSessionToken();
  await database.transaction(async (transaction) => {
    if (formerToken !== null) endSession(transaction, formerToken);
    await startSession(transaction, user, token, clock.now());
    recordAudit(transaction, [
      { origin: { actor: `user:${user.id}`, requestId }, action: "signIn", entityType: "user", entityId: user.id },
    ]);
  });
  return { userId: user.id, token };
}

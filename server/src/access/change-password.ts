import { Type, type Static } from "typebox";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { endSessionsOfUser, lockAccess } from "./access.sql.ts";
import type { PasswordCheck } from "./check-password.ts";
import { NewPassword } from "./create-user.ts";
import { hashPassword, MAX_PASSWORD_LENGTH } from "./passwords.ts";
import { access } from "./refusals.ts";
import { newSessionToken } from "./session-cookies.ts";
import { startSession } from "./sessions.sql.ts";

export const PasswordChange = Type.Object(
  {
    currentPassword: Type.String({
      minLength: 1,
      maxLength: MAX_PASSWORD_LENGTH,
      description: "The password until now.",
      examples: ["correct horse battery"],
    }),
    newPassword: NewPassword,
  },
  {
    additionalProperties: false,
    $id: "PasswordChange",
    description: "The password until now and the one from now on.",
  },
);

export interface OwnPasswordChange {
  userId: string;
  email: string;
  passwords: Static<typeof PasswordChange>;
  address: string;
  origin: Origin;
}

const updatePassword = statement<{ id: string }>(
  "access.updatePassword",
  `update access.users set password_hash = $3, version = version + 1, updated_at = now()
   where id = $1 and password_hash = $2 and disabled_at is null returning id`,
);

/** Ends every session of the user and answers the token of a new one. */
export async function changeOwnPassword(
  { database, clock, checkPassword }: { database: Database; clock: Clock; checkPassword: PasswordCheck },
  { userId, email, passwords, address, origin }: OwnPasswordChange,
): Promise<string> {
  const user = await checkPassword(email, passwords.currentPassword, address);
  const passwordHash = await hashPassword(passwords.newPassword);
  const token = newSessionToken();
  await database.transaction(async (transaction) => {
    lockAccess(transaction);
    const [updated] = await transaction.read(updatePassword, [userId, user.passwordHash, passwordHash]);
    if (updated === undefined) throw access.refuse("wrongCredentials");
    endSessionsOfUser(transaction, userId);
    await startSession(transaction, { id: userId, passwordHash }, token, clock.now());
    recordAudit(transaction, [{ origin, action: "changeOwnPassword", entityType: "user", entityId: userId }]);
  });
  return token;
}

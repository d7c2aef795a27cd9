import { randomBytes } from "node:crypto";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { ADMIN_ROLE, lockAccess } from "./access.sql.ts";
import { createUser } from "./create-user.ts";
import { hashPassword, MIN_PASSWORD_LENGTH } from "./passwords.ts";
import { ALL_RIGHTS } from "./rights.ts";

export interface FirstUser {
  email: string;
  /** To be shown once; null when it was given and the person knows it. */
  generatedPassword: string | null;
}

const DEFAULT_EMAIL = "admin@orrery.local";

const anyUser = statement<{ present: boolean }>(
  "access.anyUser",
  "select exists (select from access.users) as present",
);

/**
 * Makes an administrator when there is no user at all; null when there is one. Of processes that start together one
 * makes it. Call after `ensureShippedRoles`.
 */
export async function ensureFirstUser(
  database: Database,
  given: { email?: string | undefined; password?: string | undefined },
): Promise<FirstUser | null> {
  const [found] = await database.read(anyUser);
  if (found!.present) return null;
  if (given.password !== undefined && given.password.length < MIN_PASSWORD_LENGTH) {
    throw new Error(`ORRERY_ADMIN_PASSWORD must have at least ${MIN_PASSWORD_LENGTH} characters.`);
  }
  const email = given.email ?? DEFAULT_EMAIL;
  const password = given.password ?? randomBytes(15).toString("base64url");
  const passwordHash = await hashPassword(password);
  return await database.transaction(async (transaction) => {
    lockAccess(transaction);
    const [raced] = await transaction.read(anyUser);
    if (raced!.present) return null;
    await createUser(transaction, {
      user: { email, name: "Administrator", roles: [ADMIN_ROLE] },
      passwordHash,
      grantor: ALL_RIGHTS,
      origin: { actor: "system:start", requestId: null },
    });
    return { email, generatedPassword: given.password === undefined ? password : null };
  });
}

import { randomBytes } from "node:crypto";
import { ALL_RIGHTS, createUser, ensureShippedRoles, hashPassword } from "../../access/public.ts";
import { withDatabase } from "./with-database.ts";

export interface UserOptions {
  name?: string;
  role: string[];
  location: string[];
  password?: string;
}

/** `orrery user EMAIL`: adds a user; a generated password is printed once. */
export async function userCommand(email: string, options: UserOptions): Promise<void> {
  await withDatabase("user", async (database) => {
    await ensureShippedRoles(database);
    const password = options.password ?? randomBytes(15).toString("base64url");
    const passwordHash = await hashPassword(password);
    await database.transaction((transaction) =>
      createUser(transaction, {
        user: {
          email,
          name: options.name ?? email,
          roles: options.role,
          ...(options.location.length > 0 ? { locationCodes: options.location } : {}),
        },
        passwordHash,
        grantor: ALL_RIGHTS,
        origin: { actor: "system:cli", requestId: null },
      }),
    );
    process.stdout.write(
      `${email} can sign in${options.password === undefined ? ` with the password ${password}` : ""}.\n`,
    );
  });
}

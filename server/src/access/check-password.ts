import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { AttemptLimiter } from "./limit-attempts.ts";
import { isPassword } from "./passwords.ts";
import { access } from "./refusals.ts";

/** Failed attempts before the next must wait: per email (one user is guessed at) and per address (many are). */
const PER_EMAIL = { attempts: 10, windowMs: 15 * 60_000 };
const PER_ADDRESS = { attempts: 100, windowMs: 15 * 60_000 };

export interface CheckedUser {
  id: string;
  /** What the password was compared with; it may have changed by the time a transaction begins. */
  passwordHash: string;
}

/** The enabled user with this email and password; else a refusal that does not tell which of the two is wrong. */
export type PasswordCheck = (email: string, password: string, address: string) => Promise<CheckedUser>;

const findUser = statement<CheckedUser>(
  "access.findUserByEmail",
  `select id, password_hash as "passwordHash" from access.users where lower(email) = lower($1) and disabled_at is null`,
);

/** One per process: it keeps count of the failed attempts. */
export function createPasswordCheck(database: Database, clock: Clock): PasswordCheck {
  const perEmail = new AttemptLimiter(clock, PER_EMAIL);
  const perAddress = new AttemptLimiter(clock, PER_ADDRESS);
  return async (email, password, address) => {
    const name = email.toLowerCase();
    begin(perAddress, address);
    begin(perEmail, name);
    const [user] = await database.read(findUser, [email]);
    const fits = await isPassword(password, user?.passwordHash ?? null);
    if (user === undefined || !fits) throw access.refuse("wrongCredentials");
    perEmail.forget(name);
    perAddress.forgive(address);
    return user;
  };
}

function begin(limiter: AttemptLimiter, name: string): void {
  const waitSeconds = limiter.begin(name);
  if (waitSeconds > 0) throw access.refuse("tooManyAttempts", { details: { retryAfterSeconds: waitSeconds } });
}

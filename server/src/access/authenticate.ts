import type { FastifyRequest } from "fastify";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { Principal } from "../platform/http/route.ts";
import { parseApiKeyToken, sha256 } from "./api-key-tokens.ts";
import { AttemptLimiter } from "./limit-attempts.ts";
import { ALL_PERMISSIONS, isPermission } from "./permissions.ts";
import { access } from "./refusals.ts";
import { refuseForeignOrigin, SESSION_IDLE_MS, SESSION_LIFE_MS, sessionTokenOf } from "./session-cookies.ts";

export interface Authenticator {
  /** Who sends this request; null without a valid credential. A credential seen lately costs one Map lookup. */
  authenticate(request: FastifyRequest): Principal | null | Promise<Principal | null>;
  /** Whoever sends this Authorization header, if it was resolved lately; null: `authenticate` must look. */
  knownCaller(authorization: string): Principal | null;
  /** The same for a session token that was just made. */
  authenticateSession(token: string): Principal | null | Promise<Principal | null>;
  /** Looks for changes of users, roles and keys now; called after a change by this process. */
  refresh(): Promise<void>;
  stop(): void;
}

export interface AuthenticatorOptions {
  database: Database;
  clock: Clock;
  /** Called when changes cannot be polled; cached credentials then live at most CACHE_MS longer. */
  onPollFailure?: (error: unknown) => void;
}

const CACHE_MS = 30_000;
const MAX_CACHED = 20_000;
/** A revocation by another process reaches this one after at most this long and one query. */
const POLL_MS = 500;
/** Wrong keys per address and minute: the secrets cannot be guessed, but each wrong one costs a query. */
const WRONG_KEYS = { attempts: 300, windowMs: 60_000 };

interface Resolved {
  principal: Principal;
  /** Milliseconds since 1970 after which the database is asked again. */
  until: number;
  /** The state of users, roles and keys that this was read from. */
  version: number;
}

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { database, clock } = options;
  const cached = new Map<string, Resolved>();
  const lookups = new Map<string, Promise<Principal | null>>();
  const wrongKeys = new AttemptLimiter(clock, WRONG_KEYS);
  let version = 0;
  let begun = 0;
  let applied = 0;

  // An answer that was overtaken by a later one is ignored; a version may fall only by a restored database.
  const refresh = async (): Promise<void> => {
    const number = ++begun;
    const [row] = await database.read(readVersion);
    if (number < applied) return;
    applied = number;
    version = row!.version;
  };
  const poll = setInterval(() => {
    if (cached.size > 0) refresh().catch((error: unknown) => options.onPollFailure?.(error));
  }, POLL_MS);
  poll.unref();

  const knownCaller = (credential: string): Principal | null => {
    const known = cached.get(credential);
    if (known === undefined || known.version < version || known.until <= clock.now().getTime()) return null;
    return known.principal;
  };

  const resolve = (credential: string, find: () => Promise<Resolved | null>): Principal | Promise<Principal | null> => {
    const known = knownCaller(credential);
    if (known !== null) return known;
    let lookup = lookups.get(credential);
    if (lookup === undefined) {
      lookup = find()
        .then((found) => {
          cached.delete(credential);
          if (found === null) return null;
          if (cached.size >= MAX_CACHED) cached.delete(cached.keys().next().value!);
          cached.set(credential, found);
          return found.principal;
        })
        .finally(() => lookups.delete(credential));
      lookups.set(credential, lookup);
    }
    return lookup;
  };

  const authenticateSession = (token: string) => resolve(token, () => findBySession(database, clock, token));

  return {
    knownCaller,
    authenticateSession,
    authenticate(request) {
      const header = request.headers.authorization;
      if (header !== undefined) return resolve(header, () => findByKey(database, clock, wrongKeys, header, request.ip));
      const token = sessionTokenOf(request);
      if (token === null) return null;
      refuseForeignOrigin(request);
      return authenticateSession(token);
    },
    refresh,
    stop: () => clearInterval(poll),
  };
}

const readVersion = statement<{ version: number }>("access.readVersion", "select version from access.changes");

interface KeyRow {
  id: string;
  name: string;
  permissions: string[];
  location_codes: string[] | null;
  channel_codes: string[] | null;
  expires_at: Date | null;
  version: number;
}

// Last use is kept to the minute, so that a busy key does not write a row per lookup.
const findKey = statement<KeyRow>(
  "access.findKey",
  `with found as (
     select id, name, permissions, location_codes, channel_codes, expires_at, used_at
     from access.api_keys
     where prefix = $1 and secret_hash = $2 and revoked_at is null and (expires_at is null or expires_at > $3::timestamptz)
   ), touched as (
     update access.api_keys set used_at = $3::timestamptz
     where id in (select id from found where used_at is null or used_at < $3::timestamptz - interval '1 minute')
   )
   select found.*, changes.version from found cross join access.changes`,
);

async function findByKey(
  database: Database,
  clock: Clock,
  wrongKeys: AttemptLimiter,
  header: string,
  address: string,
): Promise<Resolved | null> {
  const token = /^Bearer (\S+)$/i.exec(header)?.[1];
  const parsed = token === undefined ? null : parseApiKeyToken(token);
  if (parsed === null) return null;
  const waitSeconds = wrongKeys.begin(address);
  if (waitSeconds > 0) throw access.refuse("tooManyAttempts", { details: { retryAfterSeconds: waitSeconds } });
  const now = clock.now();
  const [row] = await database.read(findKey, [parsed.prefix, parsed.secretHash, now]);
  if (row === undefined) return null;
  wrongKeys.forgive(address);
  return {
    principal: {
      actor: `key:${row.id}`,
      name: row.name,
      permissions: new Set(row.permissions.filter(isPermission)),
      locationCodes: row.location_codes === null ? null : new Set(row.location_codes),
      channelCodes: row.channel_codes === null ? null : new Set(row.channel_codes),
      credential: `key:${row.id}`,
    },
    until: Math.min(now.getTime() + CACHE_MS, row.expires_at?.getTime() ?? Infinity),
    version: row.version,
  };
}

interface SessionRow {
  user_id: string;
  name: string;
  location_codes: string[] | null;
  roles: string[];
  permissions: string[];
  expires_at: Date;
  version: number;
}

// Use slides the end of a session, to the minute, up to its longest life.
const findSession = statement<SessionRow>(
  "access.findSession",
  `with found as (
     select sessions.token_hash, sessions.seen_at, sessions.expires_at, users.id as user_id, users.name, users.location_codes
     from access.sessions join access.users on users.id = sessions.user_id
     where sessions.token_hash = $1 and sessions.expires_at > $2::timestamptz and users.disabled_at is null
   ), slid as (
     update access.sessions
     set seen_at = $2::timestamptz,
       expires_at = least(created_at + $4::bigint * interval '1 millisecond', $2::timestamptz + $3::bigint * interval '1 millisecond')
     where token_hash in (select token_hash from found where seen_at < $2::timestamptz - interval '1 minute')
   )
   select found.user_id, found.name, found.location_codes, found.expires_at, changes.version,
     array(select role_code from access.user_roles where user_id = found.user_id) as roles,
     array(select distinct permission from access.user_roles join access.roles on roles.code = user_roles.role_code
           cross join unnest(roles.permissions) as permission where user_roles.user_id = found.user_id) as permissions
   from found cross join access.changes`,
);

async function findBySession(database: Database, clock: Clock, token: string): Promise<Resolved | null> {
  const now = clock.now();
  const hash = sha256(token);
  const [row] = await database.read(findSession, [hash, now, SESSION_IDLE_MS, SESSION_LIFE_MS]);
  if (row === undefined) return null;
  return {
    principal: {
      actor: `user:${row.user_id}`,
      name: row.name,
      permissions: new Set(row.roles.includes("admin") ? ALL_PERMISSIONS : row.permissions.filter(isPermission)),
      locationCodes: row.location_codes === null ? null : new Set(row.location_codes),
      channelCodes: null,
      credential: `session:${hash.toString("hex", 0, 8)}`,
    },
    until: Math.min(now.getTime() + CACHE_MS, row.expires_at.getTime()),
    version: row.version,
  };
}

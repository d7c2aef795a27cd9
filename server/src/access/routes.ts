import { Type } from "typebox";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { answerOnce, requestHash, type RequestKey } from "../platform/http/idempotency.ts";
import { pageOf } from "../platform/http/paging.ts";
import { type Call, type Route, route } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import type { Authenticator } from "./authenticate.ts";
import { changeOwnPreferences, OwnPreferences } from "./change-own-preferences.ts";
import { changeOwnPassword, PasswordChange } from "./change-password.ts";
import { changeUser, UserChange } from "./change-user.ts";
import { createPasswordCheck } from "./check-password.ts";
import { createApiKey, CreatedApiKey, NewApiKey } from "./create-api-key.ts";
import { createUser, NewUser } from "./create-user.ts";
import { AuditEntry, AuditQuery, listAudit } from "./list-audit.ts";
import { listRoles, Role, Roles } from "./list-roles.ts";
import { hashPassword } from "./passwords.ts";
import { putRole, RoleCode, RoleContent } from "./put-role.ts";
import { access } from "./refusals.ts";
import { revokeApiKey } from "./revoke-api-key.ts";
import { endedSessionCookie, refuseForeignOrigin, sessionCookie, sessionTokenOf } from "./session-cookies.ts";
import { Credentials, signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { ApiKey, ApiKeysQuery, listApiKeys } from "./view-api-keys.ts";
import { Session, userIdOf, viewSession } from "./view-session.ts";
import { listUsers, readVisibleUser, User, UsersQuery, viewUser } from "./view-users.ts";

export interface AccessDependencies {
  database: Database;
  clock: Clock;
  authenticator: Authenticator;
}

const Id = Type.Object({ id: Type.String({ format: "uuid", description: "ID of the user or of the API key." }) });
const { wrongCredentials, tooManyAttempts, foreignOrigin, notAUser, grantsTooMuch, lastAdmin, emailTaken, fixedRole } =
  access.kinds;
const { versionConflict } = common.kinds;

export function accessRoutes(dependencies: AccessDependencies): Route[] {
  return [
    ...sessionRoutes(dependencies),
    ...userRoutes(dependencies),
    ...keyRoutes(dependencies),
    auditRoute(dependencies),
  ];
}

/** Why the convention of a key on every POST ends here. */
const NO_KEY =
  "Takes no `Idempotency-Key`: the answer is a new session's secret, and what could be answered again would have to be kept.";

function sessionRoutes({ database, clock, authenticator }: AccessDependencies): Route[] {
  const checkPassword = createPasswordCheck(database, clock);
  const answerSession = async (
    { request, reply }: Pick<Call<never, never, never>, "request" | "reply">,
    token: string,
  ) => {
    reply.header("set-cookie", sessionCookie(request, token));
    const principal = await authenticator.authenticateSession(token);
    if (principal === null) throw access.refuse("wrongCredentials");
    return await viewSession(database, principal);
  };
  return [
    route({
      method: "POST",
      path: "/v1/session",
      operationId: "signIn",
      permission: "public",
      tag: "Access",
      summary: "Sign in with email and password; answers a session cookie",
      description: `Sign in with email and password; answers a session cookie. ${NO_KEY} Signing in again starts another session.`,
      body: Credentials,
      responses: { 200: Session },
      refuses: { wrongCredentials, tooManyAttempts, foreignOrigin },
      handle: async (call) => {
        if (call.request.headers.origin !== undefined) refuseForeignOrigin(call.request);
        const { token } = await signIn(
          { database, clock, checkPassword },
          {
            credentials: call.body,
            formerToken: sessionTokenOf(call.request),
            address: call.request.ip,
            requestId: call.request.id,
          },
        );
        return await answerSession(call, token);
      },
    }),
    route({
      method: "GET",
      path: "/v1/session",
      operationId: "getSession",
      permission: "signedIn",
      tag: "Access",
      summary: "Who you are and what you may do",
      responses: { 200: Session },
      handle: ({ principal }) => viewSession(database, principal),
    }),
    route({
      method: "DELETE",
      path: "/v1/session",
      operationId: "signOut",
      permission: "signedIn",
      tag: "Access",
      summary: "Sign out: the session ends everywhere",
      responses: { 204: null },
      refuses: { notAUser, foreignOrigin },
      handle: async ({ principal, origin, request, reply }) => {
        const [userId, token] = [userIdOf(principal), sessionTokenOf(request)];
        if (userId === null || token === null) throw access.refuse("notAUser");
        await database.transaction(async (transaction) => signOut(transaction, token, userId, origin));
        await authenticator.refresh();
        reply.header("set-cookie", endedSessionCookie(request));
        return undefined;
      },
    }),
    route({
      method: "PATCH",
      path: "/v1/session/preferences",
      operationId: "changeOwnPreferences",
      permission: "signedIn",
      tag: "Access",
      summary: "Change what you have chosen for yourself",
      description: "Change what you have chosen for yourself. Repeating changes nothing more.",
      body: OwnPreferences,
      responses: { 200: Session },
      refuses: { notAUser, foreignOrigin },
      handle: async ({ body, principal, origin }) => {
        const userId = userIdOf(principal);
        if (userId === null) throw access.refuse("notAUser");
        await database.transaction(async (transaction) => changeOwnPreferences(transaction, userId, body, origin));
        return await viewSession(database, principal);
      },
    }),
    route({
      method: "POST",
      path: "/v1/session/password",
      operationId: "changeOwnPassword",
      permission: "signedIn",
      tag: "Access",
      summary: "Change your password; every other session of yours ends",
      description: `Change your password; every other session of yours ends. ${NO_KEY} Repeating has no second effect: the session that asked has ended (401), and so has the password until now. Whoever missed the answer signs in with the new password.`,
      body: PasswordChange,
      responses: { 200: Session },
      refuses: { notAUser, wrongCredentials, tooManyAttempts, foreignOrigin },
      handle: async (call) => {
        const user = (await viewSession(database, call.principal)).user;
        if (user === null) throw access.refuse("notAUser");
        const token = await changeOwnPassword(
          { database, clock, checkPassword },
          {
            userId: user.id,
            email: user.email,
            passwords: call.body,
            address: call.request.ip,
            origin: call.origin,
          },
        );
        await authenticator.refresh();
        return await answerSession(call, token);
      },
    }),
  ];
}

function userRoutes({ database, authenticator }: AccessDependencies): Route[] {
  return [
    route({
      method: "GET",
      path: "/v1/users",
      operationId: "listUsers",
      permission: "users:read",
      tag: "Access",
      summary: "List users by email",
      query: UsersQuery,
      responses: { 200: pageOf(User, { $id: "UserPage" }) },
      handle: ({ query, principal }) => listUsers(database, query, principal),
    }),
    route({
      method: "POST",
      path: "/v1/users",
      operationId: "createUser",
      permission: "users:write",
      tag: "Access",
      summary: "Create a user with no more rights than your own",
      body: NewUser,
      responses: { 201: User },
      key: "call",
      refuses: { grantsTooMuch, emailTaken, foreignOrigin },
      handle: async (call) => {
        const { password, ...user } = call.body;
        const passwordHash = await hashPassword(password);
        // The hash of the request leaves the password out: a fast hash of it must not be kept.
        return await database.transaction((transaction) =>
          answerOnce(transaction, keyOf(call, "createUser", user), 201, () =>
            createUser(transaction, { user, passwordHash, grantor: call.principal, origin: call.origin }),
          ),
        );
      },
    }),
    route({
      method: "GET",
      path: "/v1/users/{id}",
      operationId: "getUser",
      permission: "users:read",
      tag: "Access",
      summary: "Read one user",
      params: Id,
      responses: { 200: User },
      handle: async ({ params, principal, reply }) =>
        tagged(reply, viewUser(await readVisibleUser(database, params.id, principal))),
    }),
    route({
      method: "PATCH",
      path: "/v1/users/{id}",
      operationId: "changeUser",
      permission: "users:write",
      tag: "Access",
      summary: "Change, disable or enable a user; a change of rights ends the user's sessions",
      params: Id,
      body: UserChange,
      responses: { 200: User },
      refuses: { grantsTooMuch, emailTaken, lastAdmin, versionConflict, foreignOrigin },
      handle: async ({ params, body, ifMatch, principal, origin, reply }) => {
        const { password, ...change } = body;
        const passwordHash = password === undefined ? null : await hashPassword(password);
        const user = await database.transaction((transaction) =>
          changeUser(transaction, { id: params.id, change, passwordHash, ifMatch, grantor: principal, origin }),
        );
        await authenticator.refresh();
        return tagged(reply, user);
      },
    }),
    route({
      method: "GET",
      path: "/v1/roles",
      operationId: "listRoles",
      permission: "users:read",
      tag: "Access",
      summary: "List all roles, and all permissions with what each allows",
      responses: { 200: Roles },
      handle: () => listRoles(database),
    }),
    route({
      method: "PUT",
      path: "/v1/roles/{code}",
      operationId: "putRole",
      permission: "roles:write",
      tag: "Access",
      summary: "Create a role or change which permissions it has",
      params: RoleCode,
      body: RoleContent,
      responses: { 200: Role },
      refuses: { grantsTooMuch, fixedRole, versionConflict, foreignOrigin },
      handle: async ({ params, body, ifMatch, principal, origin, reply }) => {
        const role = await database.transaction((transaction) =>
          putRole(transaction, { code: params.code, content: body, ifMatch, grantor: principal, origin }),
        );
        await authenticator.refresh();
        return tagged(reply, role);
      },
    }),
  ];
}

function keyRoutes({ database, clock, authenticator }: AccessDependencies): Route[] {
  return [
    route({
      method: "GET",
      path: "/v1/api-keys",
      operationId: "listApiKeys",
      permission: "keys:read",
      tag: "Access",
      summary: "List API keys, newest first, without their secrets",
      query: ApiKeysQuery,
      responses: { 200: pageOf(ApiKey, { $id: "ApiKeyPage" }) },
      handle: ({ query, principal }) => listApiKeys(database, query, principal),
    }),
    route({
      method: "POST",
      path: "/v1/api-keys",
      operationId: "createApiKey",
      permission: "keys:write",
      tag: "Access",
      summary: "Create an API key with no more rights than your own; its secret is shown once",
      body: NewApiKey,
      responses: { 201: CreatedApiKey },
      key: "call",
      refuses: { grantsTooMuch, foreignOrigin },
      handle: (call) =>
        database.transaction(async (transaction) => {
          let secret: string | null = null;
          const key = await answerOnce(transaction, keyOf(call, "createApiKey", call.body), 201, async () => {
            const created = await createApiKey(transaction, {
              key: call.body,
              grantor: call.principal,
              origin: call.origin,
              now: clock.now(),
            });
            secret = created.secret;
            return created.key;
          });
          return { key, secret };
        }),
    }),
    route({
      method: "DELETE",
      path: "/v1/api-keys/{id}",
      operationId: "revokeApiKey",
      permission: "keys:write",
      tag: "Access",
      summary: "Revoke an API key for good",
      params: Id,
      responses: { 204: null },
      refuses: { foreignOrigin },
      handle: async ({ params, principal, origin }) => {
        await database.transaction((transaction) =>
          revokeApiKey(transaction, { id: params.id, reader: principal, origin, now: clock.now() }),
        );
        await authenticator.refresh();
        return undefined;
      },
    }),
  ];
}

function auditRoute({ database }: AccessDependencies): Route {
  return route({
    method: "GET",
    path: "/v1/audit",
    operationId: "listAudit",
    permission: "audit:read",
    tag: "Access",
    summary: "Who changed what, newest first",
    query: AuditQuery,
    responses: { 200: pageOf(AuditEntry, { $id: "AuditPage" }) },
    handle: ({ query, principal }) => listAudit(database, query, principal),
  });
}

function keyOf(
  call: Pick<Call<never, never, never>, "principal" | "idempotencyKey">,
  operationId: string,
  content: object,
): RequestKey | null {
  if (call.idempotencyKey === null) return null;
  return { principal: call.principal.actor, key: call.idempotencyKey, hash: requestHash(operationId, content) };
}

function tagged<Entity extends { version: number }>(reply: Call<never, never, never>["reply"], entity: Entity): Entity {
  reply.header("etag", `"${entity.version}"`);
  return entity;
}

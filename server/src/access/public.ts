export { actorNames, type ActorNames, type ReadActorNames } from "./actor-names.ts";
export { createAuthenticator, type Authenticator, type AuthenticatorOptions } from "./authenticate.ts";
export { createApiKey, type ApiKeyToCreate } from "./create-api-key.ts";
export { createUser, type UserToCreate } from "./create-user.ts";
export { ensureFirstUser, type FirstUser } from "./ensure-first-user.ts";
export { hashPassword } from "./passwords.ts";
export { ALL_PERMISSIONS, isPermission, PERMISSIONS, type Permission } from "./permissions.ts";
export { ALL_RIGHTS, refuseScoped, type Rights } from "./rights.ts";
export { ensureShippedRoles } from "./shipped-roles.ts";

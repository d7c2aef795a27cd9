export { createAuthenticator, type Authenticator, type AuthenticatorOptions } from "./authenticate.ts";
export { ALL_PERMISSIONS, isPermission, PERMISSIONS, type Permission } from "./permissions.ts";

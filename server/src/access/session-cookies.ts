import { randomBytes } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { access } from "./refusals.ts";

/** A session ends this long after its last use … */
export const SESSION_IDLE_MS = 12 * 3_600_000;
/** … and this long after sign-in, however busy it is. */
export const SESSION_LIFE_MS = 7 * 24 * 3_600_000;

const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Tokens are always drawn here, never taken from a browser: a planted cookie can therefore not become a session. */
export function newSessionToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** The session token of a request; null when there is none or it cannot be one. */
export function sessionTokenOf(request: FastifyRequest): string | null {
  const prefix = `${cookieName(request)}=`;
  const cookie = request.headers.cookie?.split(/; */).find((text) => text.startsWith(prefix));
  const token = cookie?.slice(prefix.length);
  return token !== undefined && TOKEN.test(token) ? token : null;
}

export function sessionCookie(request: FastifyRequest, token: string): string {
  return cookieOf(request, token, SESSION_LIFE_MS / 1000);
}

export function endedSessionCookie(request: FastifyRequest): string {
  return cookieOf(request, "", 0);
}

/**
 * SameSite=Lax leaves sibling subdomains and old browsers; so a changing request must also come from our own pages.
 * Which these are, a trusted proxy says. Browsers send Origin with every changing request; a program that signs in by cookie sends it itself.
 */
export function refuseForeignOrigin(request: FastifyRequest): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const origin = request.headers.origin;
  if (origin !== undefined && hostOf(origin) === request.host) return;
  throw access.refuse("foreignOrigin", { details: { origin: origin ?? null } });
}

/** `__Host-` makes the browser refuse a cookie that another subdomain or a plain-text page has planted. */
function cookieName(request: FastifyRequest): string {
  return isSecure(request) ? "__Host-orrery_session" : "orrery_session";
}

function cookieOf(request: FastifyRequest, value: string, maxAgeSeconds: number): string {
  const secure = isSecure(request) ? "; Secure" : "";
  return `${cookieName(request)}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}

/**
 * Behind a proxy that ends TLS, the proxy says so. A caller who forges the header only gets, for himself, a cookie
 * that his browser will not send back.
 */
function isSecure(request: FastifyRequest): boolean {
  return request.protocol === "https" || request.headers["x-forwarded-proto"] === "https";
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

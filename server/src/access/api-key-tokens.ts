import { createHash, randomBytes, randomInt } from "node:crypto";

/** `orr_live_<prefix>_<secret>`: the prefix finds the row and names the key on screens, the 256-bit secret proves it. */
const TOKEN = /^orr_live_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/;
const PREFIX_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const PREFIX_LENGTH = 12;
const SECRET_BYTES = 32;

export interface ApiKeyToken {
  prefix: string;
  secretHash: Buffer;
}

export function newApiKeyToken(): ApiKeyToken & { token: string } {
  const prefix = Array.from(
    { length: PREFIX_LENGTH },
    () => PREFIX_CHARACTERS[randomInt(PREFIX_CHARACTERS.length)],
  ).join("");
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  return { token: `orr_live_${prefix}_${secret}`, prefix, secretHash: sha256(secret) };
}

/** Null when the text cannot be a key: no database is asked then. */
export function parseApiKeyToken(token: string): ApiKeyToken | null {
  const parts = TOKEN.exec(token);
  return parts === null ? null : { prefix: parts[1]!, secretHash: sha256(parts[2]!) };
}

/** A plain hash is enough for 256 random bits (5 µs); passwords, which people choose, get argon2id. */
export function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

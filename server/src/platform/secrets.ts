import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";

/**
 * Secrets of other systems, as they lie in the database: AES-256-GCM under a data key of their own, which is sealed with
 * the key of the process (ORRERY_SECRET_KEY). That key is nowhere in the database, so neither a dump nor a copy gives a
 * secret away.
 */
export interface SecretBox {
  /** `context` says what the secret belongs to; moved to another row, it does not open. */
  seal(secret: string, context: string): Buffer;
  open(sealed: Buffer, context: string): string;
  /**
   * Secrets for a purpose that nobody has to keep: of 32 bytes, always the same for the same keys, and not to be told from
   * chance by who does not have them. One for each key, that of the first key first.
   */
  derive(purpose: string): readonly Buffer[];
}

const FORMAT = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const SEALED_KEY_BYTES = NONCE_BYTES + TAG_BYTES + KEY_BYTES;

/** The first key seals; all of them open, so that a new key can be put in front of the old one. */
export function createSecretBox(keys: readonly Buffer[]): SecretBox {
  const [first] = keys;
  if (first === undefined || keys.some((key) => key.length !== KEY_BYTES))
    throw new Error("A secret key has 32 bytes.");
  const byId = new Map(keys.map((key) => [keyId(key).toString("hex"), key]));
  return {
    seal(secret, context) {
      const dataKey = randomBytes(KEY_BYTES);
      const head = Buffer.concat([Buffer.from([FORMAT]), keyId(first)]);
      return Buffer.concat([head, encrypt(first, dataKey, context), encrypt(dataKey, Buffer.from(secret), context)]);
    },
    derive: (purpose) => keys.map((key) => createHmac("sha256", key).update(`orrery derived: ${purpose}`).digest()),
    open(sealed, context) {
      const id = sealed.subarray(1, 1 + KEY_ID_BYTES).toString("hex");
      const key = byId.get(id);
      if (sealed[0] !== FORMAT || key === undefined)
        throw new Error(
          `A secret was sealed with the key ${id}, which this process does not have. Add it to ORRERY_SECRET_KEY.`,
        );
      const body = 1 + KEY_ID_BYTES + SEALED_KEY_BYTES;
      const dataKey = decrypt(key, sealed.subarray(1 + KEY_ID_BYTES, body), context);
      return decrypt(dataKey, sealed.subarray(body), context).toString("utf8");
    },
  };
}

/** 32 bytes, as 64 hexadecimal digits or 44 characters of base64; null for anything else. */
export function parseSecretKey(text: string): Buffer | null {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  return key.length === KEY_BYTES ? key : null;
}

export function newSecretKey(): string {
  return randomBytes(KEY_BYTES).toString("base64");
}

function keyId(key: Buffer): Buffer {
  return createHash("sha256").update("orrery key id").update(key).digest().subarray(0, KEY_ID_BYTES);
}

function encrypt(key: Buffer, plain: Buffer, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

function decrypt(key: Buffer, sealed: Buffer, context: string): Buffer {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const cipher = createDecipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  cipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([cipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]);
}

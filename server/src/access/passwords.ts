import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { common } from "../platform/refusals.ts";

export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 200;

/** OWASP's argon2id setting: 19 MiB, two passes, one lane; 36 ms of one core. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** Two at once leave the other threads of the pool, and the other core, to everybody else; beyond the queue: 503. */
const AT_ONCE = 2;
const MAX_WAITING = 100;

const derive = promisify(argon2);
let running = 0;
const waiting: (() => void)[] = [];

/** A PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await tagOf(password, salt, COST);
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

const STORED = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** With null, for an unknown email, it takes as long and is false: time does not tell which emails exist. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  if (stored === null) {
    await tagOf(password, Buffer.alloc(SALT_BYTES), COST);
    return false;
  }
  const parts = STORED.exec(stored);
  if (parts === null) throw new Error("A stored password is not an argon2id string.");
  const [, memory, passes, parallelism, salt, tag] = parts;
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const expected = Buffer.from(tag!, "base64");
  return timingSafeEqual(await tagOf(password, Buffer.from(salt!, "base64"), cost), expected);
}

async function tagOf(
  password: string,
  nonce: Buffer,
  cost: { memory: number; passes: number; parallelism: number },
): Promise<Buffer> {
  await takeTurn();
  try {
    return await derive("argon2id", { message: password.normalize("NFC"), nonce, tagLength: TAG_BYTES, ...cost });
  } finally {
    passTurn();
  }
}

async function takeTurn(): Promise<void> {
  if (running < AT_ONCE) {
    running++;
    return;
  }
  if (waiting.length >= MAX_WAITING) throw common.refuse("overloaded");
  await new Promise<void>((resolve) => waiting.push(resolve));
}

/** A turn goes straight to the next in line, so that nobody who comes just now can take it too. */
function passTurn(): void {
  const next = waiting.shift();
  if (next === undefined) running--;
  else next();
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSecretBox, newSecretKey, parseSecretKey } from "./secrets.ts";

const key = randomBytes(32);
const box = createSecretBox([key]);

test("what was sealed opens again, looks different each time, and does not contain the secret", () => {
  const sealed = box.seal("whsec_canary", "webhook 1");
  expect(box.open(sealed, "webhook 1")).toBe("whsec_canary");
  expect(sealed.includes("canary")).toBe(false);
  expect(box.seal("whsec_canary", "webhook 1").equals(sealed)).toBe(false);
});

test("a secret does not open in another place, changed in any byte, or without its key", () => {
  const sealed = box.seal("whsec_canary", "webhook 1");
  expect(() => box.open(sealed, "webhook 2")).toThrow(/authenticate|invalid/i);
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed);
    changed[index]! ^= 1;
    expect(() => box.open(changed, "webhook 1")).toThrow(/authenticate|does not have|Invalid/i);
  }
  expect(() => createSecretBox([randomBytes(32)]).open(sealed, "webhook 1")).toThrow("ORRERY_SECRET_KEY");
});

test("a new key in front seals, the old one behind it still opens", () => {
  const sealed = box.seal("old", "webhook 1");
  const next = randomBytes(32);
  const both = createSecretBox([next, key]);
  expect(both.open(sealed, "webhook 1")).toBe("old");
  expect(createSecretBox([next]).open(both.seal("new", "webhook 1"), "webhook 1")).toBe("new");
});

test("keys are 32 bytes in hexadecimal or base64", () => {
  expect(parseSecretKey(key.toString("hex"))).toEqual(key);
  expect(parseSecretKey(key.toString("base64"))).toEqual(key);
  expect(parseSecretKey(newSecretKey())).toHaveLength(32);
  expect(parseSecretKey("short")).toBeNull();
});

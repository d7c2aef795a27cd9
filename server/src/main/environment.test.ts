import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readEnvironment } from "./environment.ts";

const proxiesOf = (text: string) => readEnvironment({ ORRERY_TRUST_PROXY: text }).trustProxy;

test("no proxy is trusted unless its address is given", () => {
  expect(readEnvironment({}).trustProxy).toBe(false);
  expect(proxiesOf("10.0.0.0/8, ::1,loopback")).toEqual(["10.0.0.0/8", "::1", "loopback"]);
});

test.each(["1", "true", "10.0.0.0/33", "proxy.example.com", "1.2.3.4/8/8", ","])(
  "a value that cannot be meant is refused with the variable's name: %s",
  (text) => {
    expect(() => proxiesOf(text)).toThrow("ORRERY_TRUST_PROXY");
  },
);

test("docs/operations.md names every variable that any part of the repository reads", () => {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const files = globSync(["server/{src,test}/**/*.ts", "{bench,scripts}/**/*.{ts,js}", "console/*.ts"], { cwd: root });
  const read = files.flatMap((file) =>
    [...readFileSync(`${root}${file}`, "utf8").matchAll(/\b(?:env|variables)(?:\.|\[")([A-Z][A-Z_]+)\b/g)].map(
      ([, name]) => name!,
    ),
  );
  expect(read).toContain("DATABASE_URL");
  const told = readFileSync(`${root}docs/operations.md`, "utf8");
  const ours = new Set(read.filter((name) => name !== "PATH"));
  expect([...ours].filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
});

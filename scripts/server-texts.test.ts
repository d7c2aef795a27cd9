import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { serverTexts } from "./server-texts.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const german = JSON.parse(readFileSync(`${ROOT}/console/src/app/texts/server.de.json`, "utf8")) as Record<
  string,
  string
>;
const places = (text: string) => (text.match(/\{\d\}/g) ?? []).toSorted();

test("everything that the server says to people has German words in console/src/app/texts/server.de.json, and nothing else", () => {
  expect(Object.keys(german).toSorted()).toEqual([...serverTexts(ROOT)].toSorted());
});

test("and with the same values in it", () => {
  for (const [english, said] of Object.entries(german))
    expect([english, places(said)]).toEqual([english, places(english)]);
});

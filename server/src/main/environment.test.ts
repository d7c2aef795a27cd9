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

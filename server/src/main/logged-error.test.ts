import { expect, test } from "vitest";
import { loggedError } from "./logged-error.ts";

test("what libraries hang on an error, and the rows that PostgreSQL quotes, stay out of the log", () => {
  const broken = Object.assign(new Error("duplicate key value violates unique constraint"), {
    code: "23505",
    schema: "access",
    constraint: "users_email_key",
    detail: "Key (email)=(ada@example.com) already exists.",
    where: "COPY users, line 3: ada@example.com",
    client: { connectionParameters: { password: "hidden" }, statements: ["select 1"] },
  });
  const logged = loggedError(broken);
  expect(logged).toEqual({
    type: "Error",
    message: broken.message,
    stack: broken.stack,
    code: "23505",
    schema: "access",
    constraint: "users_email_key",
  });
  expect(JSON.stringify(logged)).not.toMatch(/ada@|hidden|select/);
});

test("causes and errors of many are told, and circles end", () => {
  const circle = new Error("outer", { cause: new TypeError("inner") });
  expect(loggedError(circle).cause).toMatchObject({ type: "TypeError", message: "inner" });
  (circle.cause as Error).cause = circle;
  expect(JSON.stringify(loggedError(circle)).length).toBeLessThan(20_000);
  const many = new AggregateError(Array.from({ length: 50 }, (_, index) => new Error(`no. ${index}`)));
  expect(loggedError(many).errors).toHaveLength(10);
  expect(loggedError("a word")).toEqual({ type: "string", message: "a word", stack: undefined });
});

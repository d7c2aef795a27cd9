import { expect, test } from "vitest";
import document from "../../../server/openapi.json" with { type: "json" };
import { faultCodes } from "./fault-text.ts";

test("every name that the API gives to a fault has words in the console", () => {
  const told = document.components.schemas.Problem.properties.errors.items.properties.code.enum;
  expect([...faultCodes].toSorted()).toEqual(told.toSorted());
});

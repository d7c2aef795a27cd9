import swagger from "@fastify/swagger";
import Fastify from "fastify";
import { Type, type TSchema } from "typebox";
import { expect, test } from "vitest";
import { nameModels } from "./name-models.ts";

const Line = (fields = {}) => Type.Object({ sku: Type.String(), ...fields }, { $id: "Line", description: "A line." });

/** The OpenAPI document of `POST /orders` with this body and this answer. */
async function documentOf(body: TSchema, answer: TSchema) {
  const server = Fastify();
  await server.register(swagger, { openapi: { openapi: "3.1.0" }, ...nameModels() });
  server.post("/orders", { schema: { body, response: { 200: answer } } }, () => null);
  await server.ready();
  return JSON.parse(JSON.stringify(server.swagger())) as {
    paths: Record<string, { post: { requestBody: object; responses: object } }>;
    components: { schemas: Record<string, object> };
  };
}

const refersTo = (name: string) => ({ "application/json": { schema: { $ref: `#/components/schemas/${name}` } } });

test("a model is written once, whether it is a body, an answer or inside another model", async () => {
  const Order = Type.Object({ lines: Type.Array(Line()) }, { $id: "Order", description: "An order." });
  const document = await documentOf(Line(), Order);
  const { requestBody, responses } = document.paths["/orders"]!.post;
  expect(requestBody).toMatchObject({ content: refersTo("Line") });
  expect(responses).toEqual({ 200: { description: "An order.", content: refersTo("Order") } });
  expect(document.components.schemas).toMatchObject({
    Line: { properties: { sku: { type: "string" } } },
    Order: { properties: { lines: { items: { $ref: "#/components/schemas/Line" } } } },
  });
  expect(JSON.stringify(document)).not.toContain("$id");
});

test("one name for two different models is refused; other words for the same one are not", async () => {
  const described = Type.Object({ sku: Type.String() }, { $id: "Line", description: "In other words." });
  await expect(documentOf(Line(), described)).resolves.toBeDefined();
  const different = Line({ quantity: Type.Integer() });
  await expect(documentOf(Line(), different)).rejects.toThrow("Two different models are named Line.");
});

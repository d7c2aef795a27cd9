import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { Type, type TSchema } from "typebox";
import { common, type RefusalKind } from "../refusals.ts";
import { nameModels } from "./name-models.ts";
import { Problem } from "./problems.ts";
import type { Route } from "./route.ts";

/** Registers what makes the OpenAPI document of the routes that follow. */
export async function describe(server: FastifyInstance, version: string): Promise<void> {
  server.addSchema(Problem);
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Orrery",
        version,
        description: "Order management: availability, orders, sourcing, fulfillment.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/" }],
      components: {
        securitySchemes: {
          apiKey: { type: "http", scheme: "bearer", description: "An API key." },
          session: {
            type: "apiKey",
            in: "cookie",
            name: "orrery_session",
            description: "A signed-in user of the console.",
          },
        },
      },
      security: [{ apiKey: [] }, { session: [] }],
    },
    ...nameModels(),
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json["$id"] === "string" ? json["$id"] : `Schema${index}`,
    },
  });
}

/** The status of a success: the first one below 300. */
export function successOf(declared: Route): number {
  const statuses = Object.keys(declared.responses).map(Number);
  return statuses.find((status) => status < 300) ?? 200;
}

/** Header parameters for the document. Declared to Fastify they would be validated, and converted, in every request. */
export function headersOf(declared: Route): Record<string, TSchema> | undefined {
  const headers: Record<string, TSchema> = {};
  if (declared.key !== undefined)
    headers["Idempotency-Key"] = Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: "^[\\x21-\\x7e]+$",
      description: `Repeating a call under its key answers again what was answered first, for 30 days${declared.key === "items" ? "; item i has the key KEY#i" : ""}.`,
      examples: ["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    });
  if (declared.refuses !== undefined && "versionConflict" in declared.refuses)
    headers["If-Match"] = Type.String({
      description: "The version that you have read, in quotes; the change is refused when there is a newer one.",
      examples: ['"3"'],
    });
  if ("If-Match" in headers && declared.method === "PUT")
    headers["If-None-Match"] = Type.Literal("*", { description: "There must be none yet; nothing is replaced." });
  return Object.keys(headers).length === 0 ? undefined : headers;
}

function mediaTypeOf(produces: string): string {
  return produces.split(";")[0]!;
}

export function responsesOf(declared: Route, open: boolean): Record<string, TSchema | object> {
  const responses: Record<string, TSchema | object> = {};
  for (const [status, schema] of Object.entries(declared.responses)) {
    responses[status] = schema ?? {
      description: "A stream, or nothing.",
      ...(declared.produces
        ? { content: { [mediaTypeOf(declared.produces)]: { schema: { type: "string" } } } }
        : { type: "null" }),
    };
  }
  for (const [status, kinds] of Object.entries(refusalsByStatus(declared, open))) {
    const known: object | undefined = responses[status];
    // A page for people may have the status of a refusal.
    const content = known !== undefined && "content" in known ? (known.content as object) : null;
    if (known !== undefined && content === null) continue;
    responses[status] = {
      description: kinds.map(([code, kind]) => `\`${code}\`: ${kind.title}`).join("\n\n"),
      content: { ...content, "application/problem+json": { schema: Type.Unsafe<unknown>({ $ref: "Problem#" }) } },
    };
  }
  return responses;
}

function refusalsByStatus(declared: Route, open: boolean): Record<string, [string, RefusalKind][]> {
  const kinds: Record<string, RefusalKind> = {
    invalidInput: common.kinds.invalidInput,
    overloaded: common.kinds.overloaded,
    databaseUnavailable: common.kinds.databaseUnavailable,
  };
  if (declared.method !== "GET") {
    const { newerRelease, outcomeUnknown } = common.kinds;
    Object.assign(kinds, { newerRelease, outcomeUnknown });
  }
  if (!open)
    Object.assign(kinds, {
      notSignedIn: common.kinds.notSignedIn,
      forbidden: common.kinds.forbidden,
      tooManyRequests: common.kinds.tooManyRequests,
    });
  if (declared.body)
    Object.assign(kinds, {
      malformedJson: common.kinds.malformedJson,
      bodyTooLarge: common.kinds.bodyTooLarge,
      unsupportedMediaType: common.kinds.unsupportedMediaType,
    });
  if (declared.consumes) Object.assign(kinds, { unsupportedMediaType: common.kinds.unsupportedMediaType });
  if (declared.params)
    Object.assign(kinds, { notFound: common.kinds.notFound, malformedRequest: common.kinds.malformedRequest });
  if (declared.key === "call") Object.assign(kinds, { keyReused: common.kinds.keyReused, busy: common.kinds.busy });
  Object.assign(kinds, declared.refuses);
  const byStatus: Record<string, [string, RefusalKind][]> = {};
  for (const [code, kind] of Object.entries(kinds)) (byStatus[kind.status] ??= []).push([code, kind]);
  return byStatus;
}

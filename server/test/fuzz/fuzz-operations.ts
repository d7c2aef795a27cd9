import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { setTimeout as pause } from "node:timers/promises";
import { type Dispatcher, Pool } from "undici";
import { arbitraryOf, type Schema, type SchemaContext } from "./arbitrary-of-schema.ts";
import { type Mutation, mutatedText, mutation, NASTY_TEXTS } from "./mutations.ts";

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Schema;
}

interface Content {
  content?: Record<string, { schema: Schema }>;
  description?: string;
}

export interface Operation {
  method: string;
  path: string;
  operationId: string;
  parameters: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content>;
}

export interface ApiDocument {
  paths: Record<
    string,
    Record<string, Omit<Operation, "method" | "path" | "parameters"> & { parameters?: Parameter[] }>
  >;
  components: { schemas: Record<string, Schema> };
}

/** One request, as text. */
export interface FuzzRequest {
  method: string;
  path: string;
  body: string | null;
  contentType: string;
  key: string | null;
}

export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
      parameters: operation.parameters ?? [],
    })),
  );
}

/** Requests of an operation, valid ones and spoiled ones. Fields that would make the test wait are left out. */
export function requestOf(operation: Operation, context: SchemaContext): fc.Arbitrary<FuzzRequest> {
  const contentType = Object.keys(operation.requestBody?.content ?? {})[0] ?? "application/json";
  const bodySchema = operation.requestBody?.content?.[contentType]?.schema;
  const parameters = operation.parameters.filter(({ name, in: place }) => place !== "header" && name !== "waitMs");
  const resource = operation.path.split("/")[2]!;
  return fc
    .record({
      values: fc.tuple(...parameters.map((parameter) => parameterOf(parameter, context, resource))),
      body: bodySchema === undefined ? fc.constant(null) : bodyOf(contentType, bodySchema, context),
      key: fc.option(fc.constantFrom("key-1", "key-2", "key-3"), { freq: 6 }),
      otherType: fc.oneof(
        { weight: 30, arbitrary: fc.constant(contentType) },
        {
          weight: 1,
          arbitrary: fc.constantFrom("text/plain", "application/xml", "application/json; charset=utf-16", "x"),
        },
      ),
    })
    .map(({ values, body, key, otherType }) => {
      let path = operation.path;
      const query: string[] = [];
      parameters.forEach(({ name, in: place }, index) => {
        const value = values[index];
        if (place === "path") path = path.replace(`{${name}}`, encode(value ?? "x"));
        else if (value != null) query.push(`${name}=${encode(value)}`);
      });
      return {
        method: operation.method,
        path: query.length === 0 ? path : `${path}?${query.join("&")}`,
        body,
        contentType: otherType,
        key,
      };
    });
}

function bodyOf(contentType: string, schema: Schema, context: SchemaContext): fc.Arbitrary<string> {
  if (contentType !== "application/json") {
    const cell = fc.oneof(
      fc.constantFrom(...NASTY_TEXTS, ...(context.known.get("sku") ?? []), ...(context.known.get("location") ?? [])),
      fc.integer().map(String),
      fc.string({ unit: "binary", maxLength: 10 }),
      fc.constantFrom('"', '""', "\u0000", "\ufeff"),
    );
    const header = fc.constantFrom(
      "sku,location,quantity",
      "code,name",
      "code,name,type,timeZone",
      "",
      "sku,sku",
      "nothing,known",
    );
    return fc
      .tuple(header, fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 5 }))
      .map(([first, rows]) => [first, ...rows.map((row) => row.join(","))].join("\r\n"));
  }
  const value = arbitraryOf(schema, context);
  return fc.oneof(
    { weight: 2, arbitrary: value.map((valid) => JSON.stringify(valid)) },
    {
      weight: 3,
      arbitrary: fc.tuple(value, mutation).map(([valid, change]: [unknown, Mutation]) => mutatedText(valid, change)),
    },
  );
}

/** Of an `id` it depends on the resource what exists. */
function parameterOf(parameter: Parameter, context: SchemaContext, resource: string): fc.Arbitrary<string | null> {
  const isPath = parameter.in === "path";
  const name = parameter.name === "id" || parameter.name === "code" ? `${resource} ${parameter.name}` : parameter.name;
  const valid = arbitraryOf(parameter.schema, context, name).map(String);
  const spoiled = fc.oneof(
    fc.constantFrom(
      ...NASTY_TEXTS,
      "",
      "null",
      "-1",
      "1e400",
      "9007199254740993",
      "\u0000",
      "\ud800",
      "x".repeat(5_000),
    ),
    fc.string({ unit: "binary", maxLength: 30 }),
  );
  const present = fc.oneof(
    { weight: 4, arbitrary: valid },
    { weight: 1, arbitrary: spoiled.filter((text) => !isPath || text !== "") },
  );
  return isPath || parameter.required === true
    ? fc.option(present, { freq: isPath ? 1_000 : 20 })
    : fc.option(present, { freq: 2 });
}

/** As percent-encoded UTF-8; half a surrogate pair becomes the bytes that a careless client sends for it. */
function encode(text: string): string {
  return [...text]
    .map((character) => (character.isWellFormed() ? encodeURIComponent(character) : "%ED%A0%80"))
    .join("");
}

/** How often a request is sent to a server that says that it is at its limit. */
const MOST_TIMES_SENT = 10;

export interface Fuzzer {
  /** Sends it; fails when the answer is not one that the document promises. */
  check(operation: Operation, request: FuzzRequest): Promise<void>;
  /** How often each operation was answered with each status. */
  statuses: Map<string, number>;
  close(): Promise<void>;
}

export function fuzzer(url: string, key: string, document: ApiDocument): Fuzzer {
  const pool = new Pool(url, { connections: 8 });
  const ajv = new Ajv({ strict: false, allErrors: false });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: "api" });
  const validators = new Map<string, ValidateFunction>();
  const statuses = new Map<string, number>();
  const validatorOf = ({ path, method }: Operation, status: string, mediaType: string): ValidateFunction => {
    const pointer = ["paths", path, method.toLowerCase(), "responses", status, "content", mediaType, "schema"]
      .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/");
    let validate = validators.get(pointer);
    if (validate === undefined) {
      validate = ajv.compile({ $ref: `api#/${pointer}` });
      validators.set(pointer, validate);
    }
    return validate;
  };
  return {
    statuses,
    close: () => pool.close(),
    check: async (operation, request) => {
      const { method, path, body } = request;
      const headers = {
        authorization: `Bearer ${key}`,
        ...(body === null ? {} : { "content-type": request.contentType }),
        ...(request.key === null ? {} : { "idempotency-key": request.key }),
      };
      const answer = await sendPatiently(pool, { method: method as "GET", path, headers, body });
      const { statusCode, mediaType, text } = answer;
      const status = String(statusCode);
      statuses.set(`${operation.operationId} ${status}`, (statuses.get(`${operation.operationId} ${status}`) ?? 0) + 1);
      if (text === null) return;
      const fail = (why: string): never => {
        throw new Error(
          `${why}: ${method} ${path.slice(0, 500)} ${body?.slice(0, 2_000) ?? ""} → ${status} ${text.slice(0, 1_000)}`,
        );
      };
      if (statusCode >= 500) fail("failed");
      // A path parameter may end a path, so that no route or another one is meant.
      const declared = operation.responses[status] ?? fail("the document does not know this status");
      // A page for people says in words that it is not there.
      const isPage = mediaType === "text/html" && declared.content?.[mediaType] !== undefined;
      if (statusCode >= 400 && !isPage) {
        if (mediaType !== "application/problem+json") fail("no problem+json");
        const { code, status: told } = JSON.parse(text) as { code: string; status: number };
        if (told !== statusCode) fail("the problem tells another status");
        if (!declared.description?.includes(`\`${code}\``)) fail(`the document does not know the code ${code}`);
      }
      if (declared.content?.[mediaType] === undefined) {
        if (text !== "") fail("the document does not know this media type");
        return;
      }
      if (mediaType.endsWith("json")) {
        const validate = validatorOf(operation, status, mediaType);
        if (!validate(JSON.parse(text))) fail(`not as the document says (${ajv.errorsText(validate.errors)})`);
      }
    },
  };
}

interface FuzzAnswer {
  statusCode: number;
  mediaType: string;
  /** null: a stream, which has no end. */
  text: string | null;
}

/** On a machine that is busy with other tests a server may be at its limit: whoever obeys Retry-After is answered in the end. */
async function sendPatiently(pool: Pool, request: Dispatcher.RequestOptions): Promise<FuzzAnswer> {
  for (let sent = 1; ; sent++) {
    const { statusCode, headers, body } = await pool.request(request);
    const mediaType = String(headers["content-type"] ?? "").split(";")[0]!;
    if (mediaType === "text/event-stream") {
      body.destroy();
      return { statusCode, mediaType, text: null };
    }
    const text = await body.text();
    const isOverloaded = statusCode === 503 && text.includes('"code":"overloaded"');
    if (!isOverloaded || sent === MOST_TIMES_SENT) return { statusCode, mediaType, text };
    await pause(Number(headers["retry-after"]) * 1_000);
  }
}

import { Type } from "typebox";
import { textField } from "./described.ts";
import { common, type Fault, FAULT_CODES, type FaultCode, Refusal } from "../refusals.ts";
import { formatSentence } from "./formats.ts";

/** One fault of a call, as it is answered. */
export const FaultAnswer = Type.Object({
  pointer: textField("JSON pointer into the body, or ?name for a query parameter.", "/lines/0/quantity"),
  message: textField("What is wrong there.", "must be >= 1"),
  code: Type.Optional(
    Type.Enum(FAULT_CODES, {
      description: "Stable name of what is wrong; absent where only the message tells it.",
      examples: ["tooSmall"],
    }),
  ),
  expected: Type.Optional(
    Type.Union([Type.String(), Type.Number()], {
      description: "What would have fitted: a length, a bound, the values to choose from.",
      examples: [1],
    }),
  ),
});

/** RFC 9457. `code` is stable and for programs; `detail` is for people; `errors` names every fault's place. */
export const Problem = Type.Object(
  {
    type: textField("URI of the problem's documentation, relative to this server.", "/docs/problems#versionConflict"),
    title: textField("What the problem means, the same wherever it occurs.", "It was changed since you read it."),
    status: Type.Integer({ description: "The HTTP status of the answer.", examples: [409] }),
    detail: textField("What went wrong in this call, for people.", "The SKU has version 4, not 3."),
    code: textField("Stable name of the problem, for programs.", "versionConflict"),
    requestId: textField(
      "ID of the request, as in X-Request-Id and in the log.",
      "0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d",
    ),
    errors: Type.Optional(
      Type.Array(FaultAnswer, { description: "Every fault of the call with its place, at most 100." }),
    ),
    details: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "Values of this problem for programs, for example the order that has the reference already.",
        examples: [{ orderId: "0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d", orderNumber: 100001 }],
      }),
    ),
  },
  { $id: "Problem", description: "What went wrong, as RFC 9457 problem details." },
);

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  errors?: readonly Fault[];
  details?: Readonly<Record<string, unknown>>;
}

export function problemOf(refusal: Refusal, requestId: string): ProblemBody {
  return {
    type: `/docs/problems#${refusal.code}`,
    title: refusal.kind.title,
    status: refusal.kind.status,
    detail: refusal.message,
    code: refusal.code,
    requestId,
    ...(refusal.faults.length > 0 ? { errors: refusal.faults } : {}),
    ...(Object.keys(refusal.details).length > 0 ? { details: refusal.details } : {}),
  };
}

/** Answers for 500s say nothing about the inside; the log does, under the same request ID. */
export function internalProblem(requestId: string): ProblemBody {
  return {
    type: "/docs/problems#internal",
    title: "Something failed on our side.",
    status: 500,
    detail: "Nothing is known to have changed. The log has the cause under this request ID.",
    code: "internal",
    requestId,
  };
}

export interface SchemaError {
  instancePath: string;
  message?: string;
  keyword: string;
  params: Record<string, unknown>;
}

/** At most this many faults are named in one answer. */
const MAX_FAULTS = 100;

/** Ajv's errors as faults; `part` is "body", "querystring", "params" or "headers"; `whole` is what has no pointer. */
export function refusalOfSchemaErrors(errors: readonly SchemaError[], part: string, whole = "The body"): Refusal {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const error of withoutNullBranches(errors)) {
    const pointer = pointerOf(error, part);
    const message = sentenceOf(error);
    const key = `${pointer} ${message}`;
    if (seen.has(key)) continue;
    seen.add(key);
    faults.push({ pointer, message, ...nameOf(error) });
    if (faults.length === MAX_FAULTS) break;
  }
  const first = faults[0];
  const message = first ? `${first.pointer || whole}: ${first.message}` : common.kinds.invalidInput.title;
  return common.refuse("invalidInput", { message, faults });
}

/** A field that may be null fails as "not null" and "not anyOf" as well; only what is wrong with its value helps. */
function withoutNullBranches(errors: readonly SchemaError[]): readonly SchemaError[] {
  const isBranch = (error: SchemaError) =>
    error.keyword === "anyOf" || (error.keyword === "type" && error.params["type"] === "null");
  const explained = new Set<string>();
  for (const error of errors) if (!isBranch(error)) addWithAncestors(explained, error.instancePath);
  return errors.filter((error) => !isBranch(error) || !explained.has(error.instancePath));
}

function addWithAncestors(places: Set<string>, place: string): void {
  let current = place;
  while (!places.has(current)) {
    places.add(current);
    current = current.slice(0, Math.max(0, current.lastIndexOf("/")));
  }
}

function pointerOf(error: SchemaError, part: string): string {
  let path = error.instancePath;
  if (error.keyword === "additionalProperties") path += `/${escapePointer(String(error.params["additionalProperty"]))}`;
  if (error.keyword === "required") path += `/${escapePointer(String(error.params["missingProperty"]))}`;
  return part === "body" ? path : `?${path.slice(1)}`;
}

function sentenceOf(error: SchemaError): string {
  switch (error.keyword) {
    case "additionalProperties":
      return "is not a known field";
    case "required":
      return "is required";
    case "enum":
    case "const":
    case "anyOf":
      return error.params["allowedValues"]
        ? `must be one of ${(error.params["allowedValues"] as unknown[]).join(", ")}`
        : (error.message ?? "is not allowed");
    case "format":
      return formatSentence(String(error.params["format"]));
    default:
      return error.message ?? "is not valid";
  }
}

const LIMITS: Readonly<Record<string, FaultCode>> = {
  minLength: "tooShort",
  maxLength: "tooLong",
  minimum: "tooSmall",
  exclusiveMinimum: "tooSmall",
  maximum: "tooLarge",
  exclusiveMaximum: "tooLarge",
  minItems: "tooFew",
  maxItems: "tooMany",
  minProperties: "tooFew",
  maxProperties: "tooMany",
};

function nameOf({ keyword, params }: SchemaError): Pick<Fault, "code" | "expected"> {
  const limit = LIMITS[keyword];
  if (limit !== undefined) return { code: limit, expected: Number(params["limit"]) };
  const allowed = params["allowedValues"] ?? (keyword === "const" ? [params["allowedValue"]] : undefined);
  if (Array.isArray(allowed)) return { code: "notOneOf", expected: allowed.join(", ") };
  switch (keyword) {
    case "required":
      return { code: "required" };
    case "additionalProperties":
      return { code: "unknownField" };
    case "uniqueItems":
      return { code: "duplicates" };
    case "type":
      return { code: "wrongType", expected: String(params["type"]) };
    case "pattern":
      return { code: "badFormat" };
    case "format":
      return FORMATS[String(params["format"])] ?? { code: "badFormat", expected: String(params["format"]) };
    default:
      return {};
  }
}

const FORMATS: Readonly<Record<string, Pick<Fault, "code">>> = {
  "date-time": { code: "notMoment" },
  date: { code: "notDay" },
};

function escapePointer(segment: string): string {
  return segment.replaceAll("~", "~0").replaceAll("/", "~1");
}

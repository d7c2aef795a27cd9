import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { classifyFailure } from "../db/failures.ts";
import { newRequestId } from "../ids.ts";
import { common, Refusal } from "../refusals.ts";
import { internalProblem, problemOf, refusalOfSchemaErrors } from "./problems.ts";

/** Every answer that is no success is a problem of RFC 9457, those of the framework and of Node's parser as well. */
export function answerProblems(server: FastifyInstance, log: FastifyBaseLogger | false): void {
  server.setNotFoundHandler((request, reply) =>
    sendRefusal(
      request,
      reply,
      common.refuse("notFound", { message: `No route ${request.method} ${request.url.split("?")[0]}.` }),
    ),
  );
  server.setErrorHandler(
    (error: Error & { code?: string; statusCode?: number; schemaErrors?: never[]; part?: string }, request, reply) => {
      if (error instanceof Refusal) return sendRefusal(request, reply, error);
      if (error.schemaErrors)
        return sendRefusal(request, reply, refusalOfSchemaErrors(error.schemaErrors, error.part ?? "body"));
      const known = refusalOfFastifyError(error);
      if (known) return sendRefusal(request, reply, known);
      const failure = classifyFailure(error);
      if (failure === "connection") return sendRefusal(request, reply, common.refuse("databaseUnavailable"));
      if (failure === "unknownCommit") return sendRefusal(request, reply, common.refuse("outcomeUnknown"));
      if (failure === "retry") return sendRefusal(request, reply, common.refuse("busy"));
      if (log !== false)
        log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, "request failed");
      return reply.code(500).type("application/problem+json").send(internalProblem(request.id));
    },
  );
}

function refusalOfFastifyError(error: Error & { code?: string; statusCode?: number }): Refusal | null {
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
    case "FST_REQ_FILE_TOO_LARGE":
      return common.refuse("bodyTooLarge");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return common.refuse("unsupportedMediaType");
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return common.refuse("malformedJson", { message: error.message });
    default:
      if (error instanceof SyntaxError || error.statusCode === 400)
        return common.refuse("malformedJson", { message: error.message });
      return null;
  }
}

function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const status = refusal.kind.status;
  if (status === 429 || status === 503) reply.header("retry-after", String(refusal.details["retryAfterSeconds"] ?? 1));
  if (status === 401) reply.header("www-authenticate", "Bearer");
  // A string keeps the problem out of the route's response schemas.
  return reply
    .code(status)
    .type("application/problem+json")
    .send(JSON.stringify(problemOf(refusal, request.id)));
}

/** For an address that no route is looked up for, because it cannot be read or a part of it is too long. */
export function answerFrameworkError(
  error: Error & { code?: string },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const refusal =
    error.code === "FST_ERR_BAD_URL"
      ? common.refuse("malformedRequest", { message: "The address is not percent-encoded UTF-8." })
      : common.refuse("notFound", { message: "A part of the address is longer than anything that exists." });
  reply.header("x-request-id", request.id);
  sendRefusal(request, reply, refusal);
}

/** For what Node's parser refuses: nobody knows a request yet, so the answer is written by hand. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy(error);
  const requestId = newRequestId();
  const refusal = refusalOfParserError(error);
  const body = JSON.stringify(problemOf(refusal, requestId));
  socket.end(
    [
      `HTTP/1.1 ${refusal.kind.status} ${STATUS_CODES[refusal.kind.status]}`,
      "Content-Type: application/problem+json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      `X-Request-Id: ${requestId}`,
      "",
      body,
    ].join("\r\n"),
  );
}

function refusalOfParserError(error: Error & { code?: string }): Refusal {
  if (error.code === "HPE_HEADER_OVERFLOW") return common.refuse("headersTooLarge");
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") return common.refuse("requestTooSlow");
  return common.refuse("malformedRequest", { message: `${error.message}.` });
}

import { serverText } from "./server-text.ts";

/** One fault of a request: where (a JSON pointer into the body, or a parameter's name) and what. */
export type Fault = { pointer: string; message: string; code?: string; expected?: string | number };

/** An RFC 9457 problem as the API answers it, or as the console makes it when no answer came at all. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly faults: readonly Fault[];
  readonly requestId: string | undefined;

  constructor(parts: {
    status: number;
    code: string;
    title: string;
    detail?: string;
    faults?: readonly Fault[];
    requestId?: string;
  }) {
    super(parts.detail ?? parts.title);
    this.name = "Problem";
    this.status = parts.status;
    this.code = parts.code;
    this.title = parts.title;
    this.detail = parts.detail;
    this.faults = parts.faults ?? [];
    this.requestId = parts.requestId;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function said(value: unknown): string | undefined {
  const english = text(value);
  return english && serverText(english);
}

/** "/lines/0/sku: is not known" says before its first fault where that is. */
function detailOf(value: unknown): string | undefined {
  const english = text(value);
  const [, place, fault] = /^([/?]\S*|The body): (.+)$/s.exec(english ?? "") ?? [];
  return place !== undefined && fault !== undefined ? `${place}: ${serverText(fault)}` : said(english);
}

function faultsOf(value: unknown): Fault[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown) => {
    if (typeof each !== "object" || each === null) return [];
    const { pointer, message, code, expected } = each as Record<string, unknown>;
    if (typeof message !== "string") return [];
    const known = typeof expected === "string" || typeof expected === "number" ? { expected } : {};
    return [{ pointer: text(pointer) ?? "", message: serverText(message), code: text(code), ...known }];
  });
}

/** Reads whatever the server, a proxy before it or the network itself produced. */
export function problemOf(body: unknown, response: Response | undefined): Problem {
  if (!response) {
    return new Problem({ status: 0, code: "unreachable", title: "The server cannot be reached." });
  }
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  return new Problem({
    status: response.status,
    code: text(fields.code) ?? `http-${response.status}`,
    title: said(fields.title) ?? (response.statusText || `HTTP ${response.status}`),
    detail: detailOf(fields.detail),
    faults: faultsOf(fields.errors),
    requestId: text(fields.requestId) ?? response.headers.get("x-request-id") ?? undefined,
  });
}

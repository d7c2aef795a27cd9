/** One fault in the caller's input. `pointer` is an RFC 6901 JSON pointer into the body, or `?name` for a query parameter. */
export interface Fault {
  pointer: string;
  message: string;
  /** Stable, for programs that say it in other words; absent where only the message tells it. */
  code?: FaultCode;
  /** What would have fitted: a length, a bound, the values to choose from. */
  expected?: string | number;
}

/** What can be wrong with a value. */
export const FAULT_CODES = [
  "required",
  "unknownField",
  "unknownCode",
  "notOneOf",
  "notMoment",
  "notDay",
  "badFormat",
  "wrongType",
  "tooShort",
  "tooLong",
  "tooSmall",
  "tooLarge",
  "tooFew",
  "tooMany",
  "duplicates",
  "notCurrency",
  "badGtin",
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

/** What every refusal of every module declares once: its stable code, HTTP status and a sentence for people. */
export interface RefusalKind {
  status: 400 | 401 | 403 | 404 | 408 | 409 | 410 | 412 | 413 | 415 | 422 | 428 | 429 | 431 | 503;
  title: string;
}

/**
 * An expected "no". Modules list theirs in `refusals.ts` with `refusals({...})`; the HTTP layer maps each to an
 * RFC 9457 problem. Anything else that is thrown is our bug and becomes a 500.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly kind: RefusalKind;
  readonly faults: readonly Fault[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    kind: RefusalKind,
    message: string,
    faults: readonly Fault[],
    details: Record<string, unknown>,
  ) {
    // Nobody reads where an expected "no" came from, and finding out took 5 of a refused capture's 200 µs.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.kind = kind;
    this.faults = faults;
    this.details = details;
  }
}

export interface RefusalOptions {
  message?: string;
  faults?: readonly Fault[];
  details?: Record<string, unknown>;
}

/** Refused not for what was asked but for the moment: asked again later, it may be done. Nothing follows from it for what it was about. */
export function isPassing(refusal: Refusal): boolean {
  return refusal.kind === common.kinds.busy || refusal.kind.status === 503 || refusal.kind.status === 429;
}

/** Turns a closed list of kinds into a constructor that accepts only the listed codes. */
export function refusals<Codes extends string>(
  kinds: Record<Codes, RefusalKind>,
): {
  kinds: Record<Codes, RefusalKind>;
  refuse: (code: Codes, options?: RefusalOptions) => Refusal;
} {
  return {
    kinds,
    refuse: (code, options = {}) =>
      new Refusal(code, kinds[code], options.message ?? kinds[code].title, options.faults ?? [], options.details ?? {}),
  };
}

/** The refusals that any route can give. */
export const common = refusals({
  invalidInput: { status: 422, title: "The input does not fit what this operation accepts." },
  malformedJson: { status: 400, title: "The body is not valid JSON." },
  malformedRequest: { status: 400, title: "The request is not valid HTTP, or its address not valid percent-encoding." },
  requestTooSlow: { status: 408, title: "The request did not arrive in time." },
  headersTooLarge: { status: 431, title: "The request's headers are larger than this server accepts." },
  bodyTooLarge: { status: 413, title: "The body is larger than this operation accepts." },
  unsupportedMediaType: { status: 415, title: "This operation does not accept that content type." },
  notSignedIn: { status: 401, title: "Sign in or send an API key: Authorization: Bearer KEY." },
  forbidden: { status: 403, title: "You do not have the permission that this operation needs." },
  notFound: { status: 404, title: "There is nothing at this address that you may see." },
  versionConflict: { status: 412, title: "It was changed since you read it; read it again and repeat your change." },
  keyReused: { status: 409, title: "This Idempotency-Key was used with other content." },
  busy: { status: 409, title: "The same request is still being carried out; repeat it in a moment." },
  tooManyRequests: { status: 429, title: "Too many requests; wait as long as Retry-After says." },
  overloaded: { status: 503, title: "The server is at its limit; wait as long as Retry-After says." },
  newerRelease: {
    status: 503,
    title: "A newer release has to do this, while both run; nothing was changed. Repeat the request.",
  },
  databaseUnavailable: {
    status: 503,
    title: "The database cannot be reached; nothing was changed. Repeat the request.",
  },
  outcomeUnknown: {
    status: 503,
    title:
      "The connection to the database was lost while this was being saved: it is done wholly or not at all. Look which, or send an Idempotency-Key and repeat it safely.",
  },
  cursorGone: { status: 410, title: "This cursor is from before a restore; start again." },
});

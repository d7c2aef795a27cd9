/** The outcome of a COMMIT whose answer was lost is unknown: the caller must read its keys before trying again. */
export class UnknownCommit extends Error {
  constructor(cause: unknown) {
    super("The connection was lost while committing; the outcome is unknown.", { cause });
  }
}

export type FailureClass = "badData" | "retry" | "connection" | "unknownCommit" | "bug";

/**
 * What a failed transaction calls for. Class 22/23: some item's data is bad (split the batch, find it). Class 40,
 * 55P03, 57014: contention or a time limit (retry the whole). Lost connections: nothing was done (retry), but for a lost answer to
 * COMMIT: only what reads its keys first may be tried again.
 */
export function classifyFailure(error: unknown): FailureClass {
  if (error instanceof UnknownCommit) return "unknownCommit";
  const code = sqlState(error);
  if (code === null) return isConnectionError(error) ? "connection" : "bug";
  if (code.startsWith("22") || code.startsWith("23")) return "badData";
  if (code.startsWith("40") || code === "55P03" || code === "57014") return "retry";
  if (code.startsWith("08") || code.startsWith("57P") || code === "53300" || code === "25P03") return "connection";
  return "bug";
}

/** Codes of the operating system look alike (EPIPE), but name the call that failed. */
export function sqlState(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error) || "syscall" in error) return null;
  const code = (error as { code: unknown }).code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

const CONNECTION_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOENT", "EHOSTUNREACH"]);

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string" && CONNECTION_CODES.has(code)) return true;
  return /connection (terminated|ended|lost)|pool after calling end|client has encountered a connection error|not queryable|timeout exceeded when trying to connect|^timeout expired$/i.test(
    error.message,
  );
}

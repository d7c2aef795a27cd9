import { common, type Fault, type Refusal } from "../refusals.ts";

/** JSON deeper than this is refused: nothing we accept nests more than a few levels, and recursion is bounded by it. */
const MAX_DEPTH = 32;

// oxlint-disable-next-line no-control-regex -- NUL is exactly what PostgreSQL's text cannot hold.
const SUSPICIOUS = /[\u0000\ud800-\udfff]/;

/** Refuses what PostgreSQL would: NUL and lone surrogates in any string or key, and too deep nesting. */
export function refuseUnstorableText(body: unknown): void {
  const refusal = unstorableText(body);
  if (refusal !== null) throw refusal;
}

/** Why a body, or an item of it, cannot be stored; null when it can. */
export function unstorableText(value: unknown): Refusal | null {
  if (isHarmless(value, 0)) return null;
  const fault = findFault(value, "", 0);
  if (fault === null) return null;
  return common.refuse("invalidInput", {
    message: `${fault.pointer || "The whole"}: ${fault.message}`,
    faults: [fault],
  });
}

/** The same for the parameters of a path or query string, which are flat: `?name` points at one. */
export function refuseUnstorableParameters(parameters: unknown): void {
  if (isHarmless(parameters, 0)) return;
  const fault = findFault(parameters, "", 0);
  if (!fault) return;
  const pointer = `?${fault.pointer.slice(1)}`;
  throw common.refuse("invalidInput", {
    message: `${pointer}: ${fault.message}`,
    faults: [{ pointer, message: fault.message }],
  });
}

/** The answer for nearly every request, without building pointers (0.3 µs a field) that nobody will read. */
function isHarmless(value: unknown, depth: number): boolean {
  if (typeof value === "string") return isStorable(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((element) => isHarmless(element, depth + 1));
  for (const key in value) {
    if (!isStorable(key) || !isHarmless((value as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return true;
}

function findFault(value: unknown, pointer: string, depth: number): Fault | null {
  if (typeof value === "string")
    return isStorable(value) ? null : { pointer, message: "must not contain NUL or unpaired surrogates" };
  if (typeof value !== "object" || value === null) return null;
  if (depth >= MAX_DEPTH) return { pointer, message: `must not nest deeper than ${MAX_DEPTH} levels` };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const fault = findFault(value[index], `${pointer}/${index}`, depth + 1);
      if (fault) return fault;
    }
    return null;
  }
  for (const key in value) {
    if (!isStorable(key)) return { pointer, message: "has a field name with NUL or unpaired surrogates" };
    const fault = findFault(
      (value as Record<string, unknown>)[key],
      `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
      depth + 1,
    );
    if (fault) return fault;
  }
  return null;
}

export function isStorable(text: string): boolean {
  return !SUSPICIOUS.test(text) || (!text.includes("\u0000") && text.isWellFormed());
}

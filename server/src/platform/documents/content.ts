import { createHash } from "node:crypto";
import type { DocumentChange } from "./document-kind.ts";

/** The same for the same content, in whatever order its fields are written. */
export function hashOf(content: unknown): Buffer {
  return createHash("sha256")
    .update(JSON.stringify(sorted(content)))
    .digest();
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

/** Field by field: for kinds that cannot say more about their differences. */
export function changedFields(before: unknown, after: unknown, pointer = ""): DocumentChange[] {
  if (isObject(before) && isObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      changedField(before, after, name, pointer),
    );
  }
  if (hashOf(before).equals(hashOf(after))) return [];
  const sentence = `${pointer || "The content"} is now ${shortened(after)} instead of ${shortened(before)}.`;
  return [{ change: "changed", part: "field", pointer, sentence, before, after }];
}

function changedField(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  name: string,
  pointer: string,
): DocumentChange[] {
  const at = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  if (Object.hasOwn(before, name) && Object.hasOwn(after, name)) return changedFields(before[name], after[name], at);
  const given = { part: "field", pointer: at };
  if (Object.hasOwn(after, name)) {
    const sentence = `${at} is new: ${shortened(after[name])}.`;
    return [{ ...given, change: "added", sentence, before: null, after: after[name] }];
  }
  const sentence = `${at} is gone; it was ${shortened(before[name])}.`;
  return [{ ...given, change: "removed", sentence, before: before[name], after: null }];
}

const SHOWN_CHARACTERS = 120;

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

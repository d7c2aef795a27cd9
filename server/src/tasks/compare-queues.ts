import type { DocumentChange } from "../platform/documents/document-kind.ts";
import type { ExceptionLevels } from "./exception-levels.ts";
import type { TaskQueue } from "./task-queues.ts";

/** How people call the parts of a queue. */
const QUEUE_PARTS = {
  title: "Its name",
  team: "The team",
  helpers: "The teams that help",
  priority: "The priority",
  due: "The time for a task",
  hours: "The working hours",
  escalations: "What happens if nobody does it",
};

const LEVEL_PARTS = {
  title: "Its name",
  kinds: "The kinds of exceptions",
  hours: "The working hours",
  escalations: "What happens if nobody deals with one",
};

/** The differences of two sound queues, a sentence for each part. Pure. */
export function compareQueues(before: TaskQueue, after: TaskQueue): DocumentChange[] {
  return compareParts(QUEUE_PARTS, before, after);
}

/** The same of two sound documents about the levels of exceptions. */
export function compareExceptionLevels(before: ExceptionLevels, after: ExceptionLevels): DocumentChange[] {
  return compareParts(LEVEL_PARTS, before, after);
}

function compareParts<Part extends string>(
  parts: Readonly<Record<Part, string>>,
  before: Readonly<Partial<Record<Part, unknown>>>,
  after: Readonly<Partial<Record<Part, unknown>>>,
): DocumentChange[] {
  return (Object.keys(parts) as Part[]).flatMap((part): DocumentChange[] => {
    const [was, is] = [before[part], after[part]];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const place = { part: "field", pointer: `/${part}`, before: was ?? null, after: is ?? null } as const;
    const what = parts[part];
    if (was === undefined) return [{ ...place, change: "added", sentence: `${what}: from now on ${shown(is)}.` }];
    if (is === undefined) return [{ ...place, change: "removed", sentence: `${what}: no longer ${shown(was)}.` }];
    return [{ ...place, change: "changed", sentence: `${what}: from now on ${shown(is)}, no longer ${shown(was)}.` }];
  });
}

function shown(value: unknown): string {
  if (typeof value === "string") return inShort(value);
  if (Array.isArray(value)) return value.length === 0 ? "nothing" : value.map(shown).join("; ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.values(value).map(shown).join(", ");
}

const UNITS = { D: "d", H: "h", M: "min", S: "s" } as const;

/** "PT4H" is "4 h" in any language. */
function inShort(text: string): string {
  if (!/^P(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$/.test(text)) return text;
  const parts = [...text.matchAll(/(\d+)([DHMS])/g)];
  return parts.map(([, count, unit]) => `${count} ${UNITS[unit as keyof typeof UNITS]}`).join(" ");
}

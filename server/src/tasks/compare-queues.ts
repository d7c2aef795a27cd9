import type { DocumentChange } from "../platform/documents/document-kind.ts";
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

/** The differences of two sound queues, a sentence for each part. Pure. */
export function compareQueues(before: TaskQueue, after: TaskQueue): DocumentChange[] {
  return (Object.keys(QUEUE_PARTS) as (keyof typeof QUEUE_PARTS)[]).flatMap((part): DocumentChange[] => {
    const [was, is] = [before[part], after[part]];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const place = { part: "field", pointer: `/${part}`, before: was ?? null, after: is ?? null } as const;
    const what = QUEUE_PARTS[part];
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

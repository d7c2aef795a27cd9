import { common } from "../refusals.ts";

/** A place in the feed. A restore raises the generation: a cursor of an earlier one may point at a lost future. */
export interface FeedCursor {
  generation: number;
  position: number;
}

const CURSOR = /^(\d{1,9})\.(\d{1,15})$/;

export function formatCursor({ generation, position }: FeedCursor): string {
  return `${generation}.${position}`;
}

export function parseCursor(text: string, pointer: string): FeedCursor {
  const parts = CURSOR.exec(text);
  if (parts === null) throw wrongCursor(pointer, "must be a cursor of this feed, such as 1.1042");
  return { generation: Number(parts[1]), position: Number(parts[2]) };
}

/** Refuses cursors from before a restore (410) and from a future that has not happened. */
export function checkCursor(cursor: FeedCursor, head: FeedCursor, pointer: string): void {
  if (cursor.generation < head.generation)
    throw common.refuse("cursorGone", { details: { generation: head.generation } });
  if (cursor.generation > head.generation || cursor.position > head.position)
    throw wrongCursor(pointer, "is ahead of the feed");
}

/** Absent: the beginning; `latest`: the end. */
export function cursorFrom(text: string | undefined, head: FeedCursor, pointer: string): FeedCursor {
  if (text === undefined) return { generation: head.generation, position: 0 };
  if (text === "latest") return { ...head };
  const cursor = parseCursor(text, pointer);
  checkCursor(cursor, head, pointer);
  return cursor;
}

function wrongCursor(pointer: string, message: string): Error {
  return common.refuse("invalidInput", { message: `${pointer}: ${message}`, faults: [{ pointer, message }] });
}

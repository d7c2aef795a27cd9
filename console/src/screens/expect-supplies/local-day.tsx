import { formatDate } from "../../ui/format.ts";

/** A day of a calendar, the same for whoever looks at it: 2026-12-04. */
export function LocalDay({ day }: { day: string }) {
  return <time dateTime={day}>{formatDate(new Date(`${day}T00:00:00Z`), "UTC")}</time>;
}

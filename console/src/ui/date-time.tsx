import { useSyncExternalStore } from "react";
import { formatDate, formatDateTime, formatDateTimeExact, formatRelative, formatTime } from "./format.ts";

/** One clock for all relative times on the page: they turn over together, and one timer serves a thousand rows. */
const tickMs = 15_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const each of listeners) each();
    }, tickMs);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

type DateTimeProps = {
  at: string | null | undefined;
  /** `relative` by default: the exact moment with its zone is in the title. */
  show?: "relative" | "date" | "date-time" | "time";
  /** The zone of a location; the browser's own without it. */
  timeZone?: string;
};

export function DateTime({ at, show = "relative", timeZone }: DateTimeProps) {
  if (!at) return <span className="faint">–</span>;
  return show === "relative" ? (
    <RelativeTime at={new Date(at)} timeZone={timeZone} />
  ) : (
    <time dateTime={at} title={formatDateTimeExact(new Date(at), timeZone)}>
      {fixed[show](new Date(at), timeZone)}
    </time>
  );
}

const fixed = { date: formatDate, "date-time": formatDateTime, time: formatTime };

function RelativeTime({ at, timeZone }: { at: Date; timeZone?: string }) {
  const current = useNow();
  return (
    <time dateTime={at.toISOString()} title={formatDateTimeExact(at, timeZone)}>
      {formatRelative(at, notBefore(at, current))}
    </time>
  );
}

/** What has just happened is "now", not "in 2 seconds", although the shared clock last ticked before it. */
function notBefore(at: Date, tick: number): number {
  const current = Date.now();
  return at.getTime() > current ? current : Math.max(at.getTime(), tick, current - tickMs);
}

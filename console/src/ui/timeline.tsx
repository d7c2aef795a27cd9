import { DateTime } from "./date-time.tsx";
import type { Tone } from "./status-badge.tsx";
import { StatusShape } from "./status-badge.tsx";
import classes from "./timeline.module.css";

export type TimelineEntry = {
  id: string;
  at: string;
  tone: Tone;
  /** What happened, as a sentence. */
  title: React.ReactNode;
  /** Who did it: a person, a system, a rule. */
  actor?: React.ReactNode;
  /** Why, or with which numbers. */
  detail?: React.ReactNode;
};

/** What happened, newest first, one line per fact. */
export function Timeline({ entries, label }: { entries: readonly TimelineEntry[]; label: string }) {
  return (
    <ol className={classes.timeline} aria-label={label}>
      {entries.map((entry) => (
        <li key={entry.id} className={classes.entry}>
          <span className={classes.mark}>
            <StatusShape tone={entry.tone} />
          </span>
          <div className={classes.text}>
            <div>{entry.title}</div>
            {entry.detail && <div className={classes.detail}>{entry.detail}</div>}
            <div className={classes.when}>
              <DateTime at={entry.at} />
              {entry.actor && <> · {entry.actor}</>}
            </div>
          </div>
        </li>
      ))}
    </ol>
  );
}

import classes from "./status-badge.module.css";

/**
 * What a status means for the person looking, in the order in which it matters. Each has its own shape, so that
 * it is told apart without color: an open ring waits, a half disc works, an arrow moves, a check is done,
 * a diamond asks for attention, a triangle is in trouble, a bar is stopped.
 */
export type Tone = "waiting" | "working" | "ready" | "moving" | "done" | "attention" | "trouble" | "stopped";

const shapes: Readonly<Record<Tone, React.ReactNode>> = {
  waiting: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  working: (
    <>
      <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" />
    </>
  ),
  ready: <circle cx="6" cy="6" r="4.6" fill="currentColor" />,
  moving: <path d="M1.5 4.6h4V2l5 4-5 4V7.4h-4z" fill="currentColor" />,
  done: (
    <path
      d="M2 6.4 4.8 9.2 10 3.2"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  attention: <path d="M6 .9 11.1 6 6 11.1.9 6z" fill="currentColor" />,
  trouble: <path d="M6 1.2 11.4 10.6H.6z" fill="currentColor" />,
  stopped: <rect x="1.6" y="4.8" width="8.8" height="2.4" rx="1" fill="currentColor" />,
};

export function StatusShape({ tone }: { tone: Tone }) {
  return (
    <svg className={classes.shape} viewBox="0 0 12 12" width="10" height="10" aria-hidden="true" data-tone={tone}>
      {shapes[tone]}
    </svg>
  );
}

export function StatusBadge({ tone, children, title }: { tone: Tone; children: React.ReactNode; title?: string }) {
  return (
    <span className={classes.badge} data-tone={tone} title={title}>
      <StatusShape tone={tone} />
      <span className={classes.word}>{children}</span>
    </span>
  );
}

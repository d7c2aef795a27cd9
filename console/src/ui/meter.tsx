import classes from "./meter.module.css";

type MeterProps = {
  /** 0 to 1; above 1 the bar is full and marked as over. */
  ratio: number;
  label: string;
  tone?: "accent" | "good" | "attention" | "trouble";
};

/** How full something is. The number itself stands beside it, so the bar only carries the label for screen readers. */
export function Meter({ ratio, label, tone = "accent" }: MeterProps) {
  const shown = Math.max(0, Math.min(ratio, 1));
  return (
    <div
      className={classes.meter}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(shown * 100)}
      data-tone={ratio > 1 ? "trouble" : tone}
    >
      <div className={classes.bar} style={{ transform: `scaleX(${shown})` }} />
    </div>
  );
}

/** Work that runs: announced to screen readers as it moves, indeterminate when the end is not known. */
export function Progress({ ratio, label }: { ratio: number | undefined; label: string }) {
  const value = ratio === undefined ? undefined : Math.round(Math.max(0, Math.min(ratio, 1)) * 100);
  return (
    <div
      className={classes.meter}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value}
      data-tone="accent"
      data-unknown={value === undefined || undefined}
    >
      <div className={classes.bar} style={{ transform: `scaleX(${value === undefined ? 0.3 : value / 100})` }} />
    </div>
  );
}

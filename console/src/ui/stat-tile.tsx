import { Skeleton } from "@mantine/core";
import { Link, type LinkProps } from "@tanstack/react-router";
import { formatCount } from "./format.ts";
import { StatusShape, type Tone } from "./status-badge.tsx";
import classes from "./stat-tile.module.css";

type StatTileProps = {
  label: string;
  /** The exact number; undefined while it is loading. */
  value: number | string | undefined;
  /** One line below: what the number is measured against. */
  note?: React.ReactNode;
  /** Shown as a shape when the number asks for something. */
  tone?: Tone;
  /** The rows behind the number. */
  link?: LinkProps;
};

/** A live number that opens its rows. */
export function StatTile({ label, value, note, tone, link }: StatTileProps) {
  const content = (
    <>
      <span className={classes.label}>
        {tone && <StatusShape tone={tone} />}
        {label}
      </span>
      <span className={classes.value}>
        {value === undefined ? (
          <Skeleton height={22} width={56} mt={5} mb={3} />
        ) : typeof value === "number" ? (
          formatCount(value)
        ) : (
          value
        )}
      </span>
      {note && <span className={classes.note}>{note}</span>}
    </>
  );
  return link ? (
    <Link {...link} className={classes.tile} data-linked data-tone={tone}>
      {content}
    </Link>
  ) : (
    <div className={classes.tile} data-tone={tone}>
      {content}
    </div>
  );
}

export function StatTiles({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <section aria-label={label} className={classes.tiles}>
      {children}
    </section>
  );
}

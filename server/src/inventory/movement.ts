import type { Origin } from "../platform/events/record-events.ts";
import type { Position, PositionKey } from "./position.ts";

/** Facts from outside, corrections, and the promises that Orrery makes itself. */
export type MovementKind =
  | "sale"
  | "return"
  | "receipt"
  | "shipment"
  | "damage"
  | "repair"
  | "loss"
  | "found"
  | "adjustment"
  | "snapshot"
  | "allocation"
  | "release"
  | "reservation"
  | "expiry";

export interface MovementRequest extends PositionKey {
  kind: MovementKind;
  /** Changes in units; absent is 0. */
  onHand?: number;
  reserved?: number;
  allocated?: number;
  damaged?: number;
  /**
   * By the clock of the source. At or before the position's last count, on hand is left alone: the count has seen it.
   * (A count of available units did not see allocated and damaged ones; then what is available is left alone.)
   */
  occurredAt: Date;
  /** Who says so: "orders", or the name of the outside system. */
  source: string;
  sourceDocument?: string | undefined;
  reason?: string | undefined;
  /** Set for promises made without looking at what is free (migrated orders): they may open a short. */
  unchecked?: boolean;
  origin: Origin;
}

/** What one movement did. */
export interface MovementStep extends Position {
  /** Units of on hand that a count had seen already; null when the movement took full effect. */
  alreadyCounted: number | null;
  /** Whether it is the position's last one of this call. */
  last: boolean;
}

import type { FeedSettings } from "./feed-document.ts";

/** What a channel is told of a SKU. */
export interface Figure {
  readonly quantity: number;
  readonly label: string;
}

/** bestSellers: told at once, past everything that waits. */
export type Lane = "bestSellers" | "others";
export const LANES: readonly Lane[] = ["bestSellers", "others"];

export type Telling = "tell" | "wait" | "leave";

export interface TellingState {
  /** What it was told last; null: nothing yet, which means that there is none. */
  readonly told: Figure | null;
  /** Milliseconds since then. */
  readonly toldAgo: number;
  readonly now: Figure;
  readonly lane: Lane;
  /** Whether the channel can take one more at this moment. */
  readonly hasRoom: boolean;
}

/** Whether a figure is told now, stands in line, or is none that the channel wants to hear of. */
export function decideTelling({ told, toldAgo, now, lane, hasRoom }: TellingState, settings: FeedSettings): Telling {
  if (!isNews(told, now, settings)) return "leave";
  const rests = lane === "others" && told !== null && toldAgo < settings.pauseMs;
  return rests || !hasRoom ? "wait" : "tell";
}

/** To and from zero, and another label, is always news; without thresholds every difference is. */
export function isNews(told: Figure | null, now: Figure, settings: FeedSettings): boolean {
  const before = told?.quantity ?? 0;
  if (now.quantity === before) return told !== null && told.label !== now.label;
  if (before === 0 || now.quantity === 0 || told?.label !== now.label) return true;
  const { levels, minimumUnits, minimumPercent } = settings;
  if (levels.length === 0 && minimumUnits === null && minimumPercent === null) return true;
  const difference = Math.abs(now.quantity - before);
  return (
    (minimumUnits !== null && difference >= minimumUnits) ||
    (minimumPercent !== null && difference * 100 >= before * minimumPercent) ||
    levels.some((level) => before >= level !== now.quantity >= level)
  );
}

/** What a channel can take: so many at once as in a second. A quarter of it is left to best sellers. */
export class Room {
  readonly #perSecond: number;
  #left: number;
  #at: number;

  constructor(perSecond: number, at: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#at = at;
  }

  has(lane: Lane, at: number): boolean {
    this.#left = Math.min(this.#perSecond, this.#left + (Math.max(0, at - this.#at) * this.#perSecond) / 1_000);
    this.#at = at;
    const kept = lane === "bestSellers" ? 0 : Math.floor(this.#perSecond / 4);
    return this.#left >= kept + 1;
  }

  take(): void {
    this.#left--;
  }
}

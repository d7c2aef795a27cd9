import type { Principal } from "../http/route.ts";
import type { FeedEvent, RecordedEvent } from "./read-feed.ts";

/** Which of the feed's events somebody wants and may see. */
export interface EventFilter {
  types: readonly string[] | null;
  scope: Pick<Principal, "locationCodes" | "channelCodes">;
}

/**
 * Whoever is limited to some locations sees only events that say by `data.location` (a code) or `data.locations` (codes)
 * that they concern nothing but those; for channels `data.channel` decides. An event that names none is not shown: so a
 * module that forgets to name the location hides its event from stores instead of leaking it.
 */
export function maySeeEvent(scope: EventFilter["scope"], event: Pick<RecordedEvent, "data">): boolean {
  const { location, locations, channel } = event.data;
  if (scope.channelCodes !== null && !(typeof channel === "string" && scope.channelCodes.has(channel))) return false;
  if (scope.locationCodes === null) return true;
  const codes: unknown[] = Array.isArray(locations) ? locations : [location];
  return codes.length > 0 && codes.every((code) => typeof code === "string" && scope.locationCodes!.has(code));
}

export function visibleEvents(events: readonly FeedEvent[], scope: EventFilter["scope"]): readonly FeedEvent[] {
  if (scope.locationCodes === null && scope.channelCodes === null) return events;
  return events.filter((event) => maySeeEvent(scope, event));
}

import type { RecordedEvent } from "../../platform/events/read-feed.ts";

/** Which events a webhook wants. */
export interface EventWish {
  eventTypes: readonly string[];
  /** null: any. */
  channels: readonly string[] | null;
  locations: readonly string[] | null;
}

/** An event that names no channel (location) is not wanted by whoever asks for certain ones. */
export function wishOf({
  eventTypes,
  channels,
  locations,
}: EventWish): (event: Pick<RecordedEvent, "type" | "data">) => boolean {
  const exact = new Set(eventTypes.filter((type) => !type.endsWith("*")));
  const entities = new Set(eventTypes.filter((type) => type.endsWith(".*")).map((type) => type.slice(0, -2)));
  const everything = eventTypes.includes("*");
  return ({ type, data }) => {
    if (!everything && !exact.has(type) && !entities.has(type.slice(0, type.indexOf(".")))) return false;
    return names(channels, [data["channel"]]) && names(locations, locationsOf(data));
  };
}

function locationsOf({ location, locations }: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Array.isArray(locations) ? locations : [location];
}

function names(wanted: readonly string[] | null, named: readonly unknown[]): boolean {
  return wanted === null || named.some((code) => typeof code === "string" && wanted.includes(code));
}

import type { Location } from "../../api/generated/types.gen.ts";
import { filled, numberOrNull, orNull } from "../empty-values.ts";
import { calendarOf, calendarValues, type CalendarValues } from "./calendar-values.ts";

export type LocationValues = {
  code: string;
  name: string;
  type: Location["type"];
  groups: string[];
  address: Record<"line1" | "line2" | "postalCode" | "city" | "region" | "country" | "phone", string>;
  latitude: number | string;
  longitude: number | string;
  timeZone: string;
  capacityPerDay: number | string;
  priority: number | string;
  externalId: string;
  calendar: CalendarValues;
};

const defaultPriority = 100;
/** What most locations do, as a start for a new one. */
const usualDay = [{ from: "09:00", to: "18:00" }];

export function locationValues(location: Location): LocationValues {
  const { address } = location;
  return {
    code: location.code,
    name: location.name,
    type: location.type,
    groups: location.groups,
    address: {
      line1: address.line1 ?? "",
      line2: address.line2 ?? "",
      postalCode: address.postalCode ?? "",
      city: address.city ?? "",
      region: address.region ?? "",
      country: address.country ?? "",
      phone: address.phone ?? "",
    },
    latitude: location.latitude ?? "",
    longitude: location.longitude ?? "",
    timeZone: location.timeZone,
    capacityPerDay: location.capacityPerDay ?? "",
    priority: location.priority,
    externalId: location.externalId ?? "",
    calendar: calendarValues(location.calendar),
  };
}

export function newLocationValues(): LocationValues {
  const days = { mon: usualDay, tue: usualDay, wed: usualDay, thu: usualDay, fri: usualDay };
  return {
    code: "",
    name: "",
    type: "store",
    groups: [],
    address: { line1: "", line2: "", postalCode: "", city: "", region: "", country: "", phone: "" },
    latitude: "",
    longitude: "",
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    capacityPerDay: "",
    priority: defaultPriority,
    externalId: "",
    calendar: calendarValues({ openingHours: days }),
  };
}

export function locationOf(values: LocationValues) {
  return {
    name: values.name.trim(),
    type: values.type,
    groups: values.groups,
    address: filled(values.address),
    latitude: numberOrNull(values.latitude),
    longitude: numberOrNull(values.longitude),
    timeZone: values.timeZone,
    calendar: calendarOf(values.calendar),
    capacityPerDay: numberOrNull(values.capacityPerDay),
    priority: numberOrNull(values.priority) ?? defaultPriority,
    externalId: orNull(values.externalId),
  };
}

export {
  createNetworkDirectory,
  type ChannelEntry,
  type LocationEntry,
  type NetworkDirectory,
  type NetworkDirectoryOptions,
} from "./directory.ts";
export { Calendar, faultsOfCalendar, type Weekday, WEEKDAYS } from "./calendar.ts";
export { nextCutOff } from "./next-cut-off.ts";
export { addOpenTime, openIntervalsOn } from "./open-time.ts";
export { DAY_MS, dayAfter, instantOf, isTimeZone, localTimeOf, weekdayOf } from "./time-zone.ts";
export { channelImportKind } from "./import-channels.ts";
export { locationImportKind } from "./import-locations.ts";
export { networkImportKind } from "./import-networks.ts";
export { LOCATION_TYPES, type LocationType } from "./location.ts";

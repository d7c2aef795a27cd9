export {
  createNetworkDirectory,
  type ChannelEntry,
  type LocationEntry,
  type NetworkDirectory,
  type NetworkDirectoryOptions,
} from "./directory.ts";
export { Calendar, faultsOfCalendar } from "./calendar.ts";
export { addOpenTime } from "./open-time.ts";
export { instantOf, isTimeZone } from "./time-zone.ts";
export { channelImportKind } from "./import-channels.ts";
export { locationImportKind } from "./import-locations.ts";
export { networkImportKind } from "./import-networks.ts";
export { LOCATION_TYPES, type LocationType } from "./location.ts";

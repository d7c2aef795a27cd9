export {
  createNetworkDirectory,
  type ChannelEntry,
  type LocationEntry,
  type NetworkDirectory,
  type NetworkDirectoryOptions,
} from "./directory.ts";
export { locationImportKind } from "./import-locations.ts";

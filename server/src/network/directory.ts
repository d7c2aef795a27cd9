import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { Refresher } from "../platform/refresher.ts";
import type { Calendar } from "./calendar.ts";
import type { ChannelKind, WhenChanged, WhenUnavailable } from "./channel.ts";
import type { LocationType } from "./location.ts";
import { CutOffs } from "./next-cut-off.ts";

export interface LocationEntry {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly type: LocationType;
  readonly groups: readonly string[];
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** Of its address; null: nobody entered it. */
  readonly country: string | null;
  readonly timeZone: string;
  readonly calendar: Calendar;
  readonly capacityPerDay: number | null;
  /** Lower goes first. */
  readonly priority: number;
  readonly active: boolean;
}

export interface ChannelEntry {
  readonly id: number;
  readonly code: string;
  readonly kind: ChannelKind;
  readonly brand: string;
  readonly market: string;
  readonly currency: string;
  readonly whenUnavailable: WhenUnavailable;
  readonly whenChanged: WhenChanged;
  readonly lowStockAt: number;
  readonly active: boolean;
  /** The active locations of its network, ascending; shared by the channels of a network. */
  readonly locationIds: readonly number[];
  readonly locationSet: ReadonlySet<number>;
}

/** Locations and channels in memory; answers are never older than a second. Entries are immutable. */
export interface NetworkDirectory {
  locationByCode(code: string): LocationEntry | undefined;
  locationById(id: number): LocationEntry | undefined;
  channelByCode(code: string): ChannelEntry | undefined;
  channelById(id: number): ChannelEntry | undefined;
  /** All of them, inactive ones included, in no particular order. */
  locations(): Iterable<LocationEntry>;
  channels(): Iterable<ChannelEntry>;
  /** The location's first cut-off after `at`; null when it has none within 60 days. */
  cutOffAfter(locationId: number, at: Date): Date | null;
  /** Grows with every change. */
  readonly version: number;
  /** Calls the listener whenever something has changed, for as long as the directory lives. */
  onChanged(listener: () => void): void;
  /** Reads what has changed; called after each local write, so that a process sees its own changes at once. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

export interface NetworkDirectoryOptions {
  database: Database;
  /** How often changes of other processes are looked for. */
  everyMs?: number;
  /** A refresh that failed; the directory keeps what it has and tries again. */
  onError?: (error: unknown) => void;
}

interface Changes {
  revision: number;
  locations: LocationEntry[];
  members: { network: number; locations: number[] }[];
  channels: (Omit<ChannelEntry, "locationIds" | "locationSet"> & { network: number })[];
}

const readRevision = statement<{ revision: number }>("network.readRevision", "select revision from network.revision");

/** One statement, so that revision, locations, members and channels are of one moment. Channels and networks are few. */
const readChanges = statement<Changes>(
  "network.readChanges",
  `select revision,
     (select coalesce(jsonb_agg(jsonb_build_object(
         'id', id, 'code', code, 'name', name, 'type', type, 'groups', groups, 'latitude', latitude, 'longitude', longitude,
         'country', address->>'country', 'timeZone', time_zone, 'calendar', calendar, 'capacityPerDay', capacity_per_day, 'priority', priority, 'active', active)), '[]')
       from network.locations where revision > $1::bigint) as locations,
     (select coalesce(jsonb_agg(jsonb_build_object('network', network_id, 'locations', location_ids)), '[]')
       from (select network_id, array_agg(location_id order by location_id) as location_ids from network.network_locations group by network_id) as member) as members,
     (select coalesce(jsonb_agg(jsonb_build_object(
         'id', id, 'code', code, 'kind', kind, 'brand', brand, 'market', market, 'currency', currency, 'network', network_id,
         'whenUnavailable', when_unavailable, 'whenChanged', when_changed, 'lowStockAt', low_stock_at, 'active', active)), '[]')
       from network.channels) as channels
   from network.revision`,
);

const EVERYTHING = -1;

export async function createNetworkDirectory(options: NetworkDirectoryOptions): Promise<NetworkDirectory> {
  const { database } = options;
  const content = new DirectoryContent();
  const listeners = new Set<() => void>();
  const load = async (since: number) => {
    const [changes] = await database.read(readChanges, [since]);
    content.apply(changes!);
    for (const listener of listeners) listener();
  };
  await load(EVERYTHING);
  const refresher = new Refresher({
    everyMs: options.everyMs ?? 500,
    refresh: async () => {
      const [current] = await database.read(readRevision);
      // After a fail-over that lost commits the revision is lower than ours; then all is read again.
      if (current!.revision < content.version) await load(EVERYTHING);
      else if (current!.revision > content.version) await load(content.version);
    },
    onError: options.onError ?? ((error) => process.emitWarning(error as Error)),
  });
  return {
    locationByCode: (code) => content.locationsByCode.get(code),
    locationById: (id) => content.locations.get(id),
    channelByCode: (code) => content.channelsByCode.get(code),
    channelById: (id) => content.channels.get(id),
    locations: () => content.locations.values(),
    channels: () => content.channels.values(),
    cutOffAfter: (locationId, at) => content.cutOffAfter(locationId, at),
    get version() {
      return content.version;
    },
    onChanged: (listener) => void listeners.add(listener),
    refresh: () => refresher.now(),
    stop: () => refresher.stop(),
  };
}

class DirectoryContent {
  version = EVERYTHING;
  readonly locations = new Map<number, LocationEntry>();
  readonly locationsByCode = new Map<string, LocationEntry>();
  channels = new Map<number, ChannelEntry>();
  channelsByCode = new Map<string, ChannelEntry>();
  readonly #cutOffs = new CutOffs();

  apply(changes: Changes): void {
    for (const location of changes.locations) {
      this.locations.set(location.id, location);
      this.locationsByCode.set(location.code, location);
    }
    const networks = new Map(changes.members.map(({ network, locations }) => [network, this.#activeOf(locations)]));
    const channels = changes.channels.map(({ network, ...channel }) => ({
      ...channel,
      ...(networks.get(network) ?? NO_LOCATIONS),
    }));
    this.channels = new Map(channels.map((channel) => [channel.id, channel]));
    this.channelsByCode = new Map(channels.map((channel) => [channel.code, channel]));
    this.version = changes.revision;
  }

  cutOffAfter(locationId: number, at: Date): Date | null {
    const location = this.locations.get(locationId);
    return location === undefined ? null : this.#cutOffs.after(location.calendar, location.timeZone, at);
  }

  #activeOf(ids: readonly number[]): Pick<ChannelEntry, "locationIds" | "locationSet"> {
    const locationIds = ids.filter((id) => this.locations.get(id)?.active);
    return { locationIds, locationSet: new Set(locationIds) };
  }
}

const NO_LOCATIONS: Pick<ChannelEntry, "locationIds" | "locationSet"> = { locationIds: [], locationSet: new Set() };

import { type Static, Type } from "typebox";
import type { NetworkDirectory } from "../../network/public.ts";
import { CODE_PATTERN } from "../../platform/reference-data/codes.ts";
import type { DocumentKind } from "../../platform/documents/document-kind.ts";
import { faultsOfSchema } from "../../platform/documents/faults-of-schema.ts";
import type { Publications, PublishedDocument } from "../../platform/documents/follow-publications.ts";

export const FEED_KIND = "availability-feed";
/** Between two figures of a SKU that is no best seller: a file of 50 locations would tell it 50 times otherwise. */
const DEFAULT_PAUSE_MS = 2_000;
const DEFAULT_ALERT_SECONDS = 60;

/** The content of a document: a channel is told what changes of its availability. */
export const AvailabilityFeed = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200, description: "Its name.", examples: ["Amazon UK"] }),
    channel: Type.String({
      pattern: CODE_PATTERN,
      description: "Code of the channel that is told. It has one feed.",
      examples: ["amazon-uk"],
    }),
    levels: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 1_000_000_000 }), {
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
        description:
          "Units that matter: a figure that reaches or leaves one of these is told. Absent, with no minimum either: every change is.",
        examples: [[5, 20, 100]],
      }),
    ),
    minimumUnits: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000_000,
        description: "A figure that differs by at least so many units from the last one is told.",
        examples: [10],
      }),
    ),
    minimumPercent: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        description: "A figure that differs by at least so many per cent of the last one is told.",
        examples: [10],
      }),
    ),
    pauseMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3_600_000,
        description: `Between two figures of a SKU, only the latest of which is told; best sellers do not wait. Absent: ${DEFAULT_PAUSE_MS}.`,
        examples: [2_000],
      }),
    ),
    changesPerSecond: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000,
        description: "What the channel can take; best sellers go first. Absent: there is no limit.",
        examples: [200],
      }),
    ),
    asEvents: Type.Optional(
      Type.Boolean({
        description: "Also as events availability.changed, for webhooks and the event feed.",
        examples: [true],
      }),
    ),
    alertAfterSeconds: Type.Optional(
      Type.Integer({
        minimum: 5,
        maximum: 86_400,
        description: `A change that waits longer is an exception. Absent: ${DEFAULT_ALERT_SECONDS}.`,
        examples: [60],
      }),
    ),
  },
  {
    additionalProperties: false,
    $id: "AvailabilityFeed",
    description: "How a channel is told what changes of its availability.",
  },
);
export type AvailabilityFeed = Static<typeof AvailabilityFeed>;

/** How channels are told of availability, one document each (I2). */
export function feedDocuments(network: NetworkDirectory, publications: Publications): DocumentKind {
  return {
    kind: FEED_KIND,
    title: "Availability feed",
    description: "How a channel is told what changes of its availability: from which difference on, and how fast.",
    schema: AvailabilityFeed,
    titleOf: (content) => {
      const title = (content as Partial<AvailabilityFeed> | null)?.title;
      return typeof title === "string" && title !== "" ? title.slice(0, 200) : null;
    },
    facts: { channel: "channel" },
    check: (content, code) => {
      const faults = faultsOfSchema(AvailabilityFeed, content);
      const pointer = "/channel";
      const { channel } = (content ?? {}) as Partial<AvailabilityFeed>;
      if (faults.length === 0 && network.channelByCode(channel!) === undefined)
        faults.push({ pointer, message: `there is no channel ${channel}` });
      const other = [...publications.inForce(FEED_KIND).values()].find(
        (one) => one.code !== code && (one.content as AvailabilityFeed).channel === channel,
      );
      if (other !== undefined) faults.push({ pointer, message: `the channel has the feed ${other.code} already` });
      return { faults, warnings: [] };
    },
    shipped: [],
  };
}

export interface FeedSettings {
  readonly levels: readonly number[];
  readonly minimumUnits: number | null;
  readonly minimumPercent: number | null;
  readonly pauseMs: number;
  readonly changesPerSecond: number | null;
  readonly asEvents: boolean;
  readonly alertAfterMs: number;
}

export interface FeedInForce extends FeedSettings {
  readonly channelId: number;
  /** Of its document. */
  readonly code: string;
  readonly channel: string;
  readonly title: string;
}

/** The channels that are told, by their IDs. Mostly none. */
export type FeedsInForce = () => ReadonlyMap<number, FeedInForce>;

/** What a newer release published and this one does not understand is left to that one. */
export function createFeedsInForce(publications: Publications, network: NetworkDirectory): FeedsInForce {
  let of: ReadonlyMap<string, PublishedDocument> | null = null;
  let networkVersion = Number.NaN;
  let known: ReadonlyMap<number, FeedInForce> = new Map();
  return () => {
    const inForce = publications.inForce(FEED_KIND);
    if (inForce === of && networkVersion === network.version) return known;
    [of, networkVersion] = [inForce, network.version];
    known = new Map(
      [...inForce.values()].flatMap(({ code, content }) => {
        if (faultsOfSchema(AvailabilityFeed, content).length > 0) return [];
        const feed = content as AvailabilityFeed;
        const channel = network.channelByCode(feed.channel);
        return channel === undefined ? [] : [[channel.id, settingsOf(channel.id, code, feed)]];
      }),
    );
    return known;
  };
}

function settingsOf(channelId: number, code: string, feed: AvailabilityFeed): FeedInForce {
  return {
    channelId,
    code,
    channel: feed.channel,
    title: feed.title,
    levels: feed.levels ?? [],
    minimumUnits: feed.minimumUnits ?? null,
    minimumPercent: feed.minimumPercent ?? null,
    pauseMs: feed.pauseMs ?? DEFAULT_PAUSE_MS,
    changesPerSecond: feed.changesPerSecond ?? null,
    asEvents: feed.asEvents ?? false,
    alertAfterMs: (feed.alertAfterSeconds ?? DEFAULT_ALERT_SECONDS) * 1_000,
  };
}

import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getAvailabilityFeedLags, listAvailabilityFeeds } from "../../api/generated/sdk.gen.ts";
import type { AvailabilityFeedState } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { TrendChart, type TrendPoint } from "../../ui/charts/trend-chart.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount, formatDuration, formatPercent, formatTime } from "../../ui/format.ts";
import { KeyValue } from "../../ui/key-value.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { StatTile, StatTiles } from "../../ui/stat-tile.tsx";
import { StatusBadge, type Tone } from "../../ui/status-badge.tsx";
import { ConnectionTabs } from "../connect-systems/connection-tabs.tsx";
import classes from "./feeds.module.css";

const REFRESH_MS = 3_000;
const CHART_REFRESH_MS = 20_000;
/** It is looked some times a second; after this nobody does. */
const SILENT_MS = 30_000;
const LANES = ["bestSellers", "others"] as const;

/** How fast channels hear of what they can promise, best sellers before all others (I2, I3). */
export function Feeds() {
  const { t } = useTranslation();
  const can = useCan();
  const { data, error, refetch } = useQuery({
    queryKey: ["availability-feeds"],
    refetchInterval: REFRESH_MS,
    queryFn: async ({ signal }) => (await listAvailabilityFeeds({ signal })).data,
  });
  return (
    <Page
      title={t("connect.title")}
      actions={
        can("documents:write") && (
          <Button renderRoot={(root) => <Link {...root} to="/new/feed" />}>{t("feed.add")}</Button>
        )
      }
    >
      <ConnectionTabs />
      {data ? (
        <div className={classes.pages}>
          {data.feeds.length > 0 && <LookedAt at={data.lookedAt} />}
          {data.feeds.map((feed) => (
            <FeedPanel key={feed.channel} feed={feed} />
          ))}
          {data.feeds.length === 0 && <Empty title={t("feed.none")}>{t("feed.noneText")}</Empty>}
          {data.bestSellers.length > 0 && (
            <Panel title={t("feed.bestSellers")}>
              <p className="soft">{t("feed.bestSellersAbout")}</p>
              <KeyValue facts={data.bestSellers.map(({ sku, units }) => [sku, t("feed.units", { count: units })])} />
            </Panel>
          )}
        </div>
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <Loading lines={8} />
      )}
    </Page>
  );
}

function LookedAt({ at }: { at: string | null }) {
  const { t } = useTranslation();
  const isSilent = at === null || Date.now() - new Date(at).getTime() > SILENT_MS;
  if (!isSilent) return null;
  return (
    <p role="alert">
      <StatusBadge tone="trouble">{t("feed.silent")}</StatusBadge> {at && <DateTime at={at} />}
    </p>
  );
}

function FeedPanel({ feed }: { feed: AvailabilityFeedState }) {
  const { t } = useTranslation();
  const [minutes, setMinutes] = useState("60");
  return (
    <Panel
      title={feed.title}
      beside={<StatusBadge tone={toneOf(feed)}>{t(`feed.states.${stateOf(feed)}`)}</StatusBadge>}
      actions={
        <Button
          size="compact-sm"
          variant="default"
          renderRoot={(root) => <Link {...root} to="/connections/feeds/$code" params={{ code: feed.code }} />}
        >
          {t("feed.settings")}
        </Button>
      }
    >
      <div className={classes.facts}>
        <StatTiles label={feed.title}>
          <StatTile
            label={t("feed.waiting")}
            value={feed.waiting}
            note={feed.waiting > 0 && t("feed.oldest", { time: formatDuration(feed.oldestWaitingMs) })}
            {...(stateOf(feed) === "late" && { tone: "trouble" as const })}
          />
          {feed.lanes.map(({ lane, told, p50Ms, p99Ms }) => (
            <StatTile
              key={lane}
              label={t(`feed.lanes.${lane}`)}
              value={p99Ms === null ? "–" : formatLag(p99Ms)}
              note={
                p50Ms === null
                  ? t("feed.nothingTold")
                  : t("feed.laneNote", { p50: formatLag(p50Ms), told: formatCount(told) })
              }
            />
          ))}
          <StatTile
            label={t("feed.told")}
            value={feed.told}
            note={feed.lastToldAt && <DateTime at={feed.lastToldAt} />}
          />
        </StatTiles>
        <KeyValue
          facts={[
            [
              t("feed.channel"),
              <span key="code" className="code">
                {feed.channel}
              </span>,
            ],
            [
              t("feed.rate"),
              feed.changesPerSecond === null ? t("feed.noRate") : t("feed.perSecond", { count: feed.changesPerSecond }),
            ],
            [t("feed.lateAfter"), formatDuration(feed.lateAfterMs)],
            [t("feed.lookingThrough"), feed.lookingThrough === null ? null : formatPercent(feed.lookingThrough / 100)],
          ]}
        />
        <SegmentedControl
          size="xs"
          className={classes.span}
          aria-label={t("feed.span")}
          value={minutes}
          onChange={setMinutes}
          data={["60", "360", "1440"].map((value) => ({
            value,
            label: t("feed.hours", { count: Number(value) / 60 }),
          }))}
        />
        <LagChart channel={feed.channel} minutes={Number(minutes)} />
      </div>
    </Panel>
  );
}

function LagChart({ channel, minutes }: { channel: string; minutes: number }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["availability-feed-lags", channel, minutes],
    refetchInterval: CHART_REFRESH_MS,
    queryFn: async ({ signal }) =>
      (await getAvailabilityFeedLags({ path: { channel }, query: { minutes }, signal })).data.minutes,
  });
  if (!data) return <Loading lines={4} />;
  if (data.length === 0) return <p className="soft">{t("feed.nothingTold")}</p>;
  const points = new Map<string, TrendPoint>();
  for (const { minute, lane, p99Ms } of data) {
    const point = points.get(minute) ?? { at: formatTime(new Date(minute)), bestSellers: null, others: null };
    points.set(minute, { ...point, [lane]: p99Ms });
  }
  return (
    <div className={classes.chart}>
      <TrendChart
        label={t("feed.chart")}
        points={[...points.values()]}
        series={LANES.map((name) => ({
          name,
          label: t(`feed.lanes.${name}`),
          kind: name === "bestSellers" ? ("line" as const) : ("dashed" as const),
        }))}
      />
    </div>
  );
}

type State = "late" | "waits" | "looksThrough" | "told";

function stateOf({ waiting, oldestWaitingMs, lateAfterMs, lookingThrough }: AvailabilityFeedState): State {
  if (oldestWaitingMs > lateAfterMs) return "late";
  if (lookingThrough !== null) return "looksThrough";
  return waiting > 0 ? "waits" : "told";
}

const tones: Readonly<Record<State, Tone>> = {
  late: "trouble",
  waits: "waiting",
  looksThrough: "working",
  told: "done",
};

function toneOf(feed: AvailabilityFeedState): Tone {
  return tones[stateOf(feed)];
}

/** Bounds of what was measured: within so long. */
function formatLag(milliseconds: number): string {
  return milliseconds < 1_000 ? `≤ ${formatCount(milliseconds)} ms` : `≤ ${formatDuration(milliseconds)}`;
}

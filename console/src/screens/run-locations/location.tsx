import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getLocation, patchLocation } from "../../api/generated/sdk.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { formatCount } from "../../ui/format.ts";
import { KeyValue } from "../../ui/key-value.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { StatTile, StatTiles } from "../../ui/stat-tile.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useNetworks } from "../places.tsx";
import { useBacklog } from "./backlog.ts";
import { LoadMeter } from "./load-meter.tsx";
import classes from "./locations.module.css";
import { OpeningHours } from "./opening-hours.tsx";
import { TypeText } from "./locations.tsx";
import { UrgentWork } from "./urgent-work.tsx";

const route = getRouteApi("/signed-in/locations/$code");

/** One location: what waits there, what it can do, when it works, and the lever that takes it out of new work. */
export function LocationPage() {
  const { t } = useTranslation();
  const can = useCan();
  const { code } = route.useParams();
  const backlog = useBacklog()(code);
  const [asking, setAsking] = useState(false);
  const {
    data: location,
    error,
    refetch,
  } = useQuery({
    queryKey: ["location", code],
    queryFn: async ({ signal }) => (await getLocation({ path: { code }, signal })).data,
  });
  const above = <Link to="/locations">{t("location.listTitle")}</Link>;
  if (!location) {
    return (
      <Page title={code} above={above}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  const { address } = location;
  return (
    <Page
      title={location.name}
      above={above}
      badges={
        <StatusBadge tone={location.active ? "ready" : "stopped"}>
          {location.active ? t("location.active") : t("location.paused")}
        </StatusBadge>
      }
      facts={
        <>
          <TypeText type={location.type} /> · <span className="code">{location.code}</span>
          {address.city && <> · {address.city}</>}
        </>
      }
      actions={
        <>
          {can("inventory:read") && (
            <Button
              variant="default"
              renderRoot={(root) => <Link {...root} to="/inventory" search={{ location: code }} />}
            >
              {t("location.stock")}
            </Button>
          )}
          {can("network:write") && (
            <Button
              variant="default"
              renderRoot={(root) => <Link {...root} to="/locations/$code/edit" params={{ code }} />}
            >
              {t("ui.edit")}
            </Button>
          )}
          {can("network:write") && (
            <Button variant={location.active ? "default" : "filled"} onClick={() => setAsking(true)}>
              {location.active ? t("location.pause") : t("location.resume")}
            </Button>
          )}
        </>
      }
    >
      <div className={classes.page}>
        <StatTiles label={t("location.now")}>
          <StatTile
            label={t("location.open")}
            value={backlog?.open ?? 0}
            link={{ to: "/fulfillment", search: { location: code } }}
          />
          <StatTile
            label={t("location.dueToday")}
            value={backlog?.dueToday ?? 0}
            link={{ to: "/fulfillment", search: { location: code } }}
          />
          <StatTile
            label={t("location.late")}
            value={backlog?.late ?? 0}
            tone={backlog?.late ? "trouble" : undefined}
            link={{ to: "/fulfillment", search: { location: code, dueBefore: "now" } }}
          />
        </StatTiles>
        <div className={classes.columns}>
          <Panel title={t("location.facts")}>
            <KeyValue
              facts={[
                [
                  t("location.address"),
                  [
                    address.line1,
                    address.line2,
                    [address.postalCode, address.city].filter(Boolean).join(" "),
                    address.country,
                  ]
                    .filter(Boolean)
                    .join(", "),
                ],
                [t("location.timeZone"), location.timeZone],
                [t("location.groups"), location.groups.join(", ")],
                [t("location.networks"), <ServedNetworks key="networks" code={code} />],
                [
                  t("location.capacity"),
                  location.capacityPerDay === null
                    ? t("location.unlimited")
                    : t("location.perDay", { shown: formatCount(location.capacityPerDay) }),
                ],
                [t("location.load"), location.capacityPerDay && <LoadMeter location={location} backlog={backlog} />],
                [t("location.priority"), location.priority],
              ]}
            />
          </Panel>
          <Panel title={t("location.hours")}>
            <OpeningHours calendar={location.calendar} timeZone={location.timeZone} />
          </Panel>
        </div>
        {can("fulfillment:read") && <UrgentWork location={code} />}
      </div>
      <Pause code={code} active={location.active} opened={asking} close={() => setAsking(false)} />
    </Page>
  );
}

/** A location that no network names is a mistake that nothing else would tell. */
function ServedNetworks({ code }: { code: string }) {
  const { t } = useTranslation();
  const { data: networks } = useNetworks();
  if (!networks) return null;
  const serving = networks.filter((network) => network.locations.includes(code));
  if (serving.length === 0) return <StatusBadge tone="attention">{t("location.noNetwork")}</StatusBadge>;
  return serving.map(({ name }) => name).join(", ");
}

type PauseProps = { code: string; active: boolean; opened: boolean; close: () => void };

function Pause({ code, active, opened, close }: PauseProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={active ? t("location.pauseTitle") : t("location.resumeTitle")}
      verb={active ? t("location.pause") : t("location.resume")}
      danger={active}
      run={async () => {
        await patchLocation({ path: { code }, body: { active: !active } });
        await Promise.all(["location", "locations"].map((word) => queries.invalidateQueries({ queryKey: [word] })));
      }}
    >
      <p style={{ margin: 0 }}>{active ? t("location.pauseEffect") : t("location.resumeEffect")}</p>
    </ConfirmAction>
  );
}

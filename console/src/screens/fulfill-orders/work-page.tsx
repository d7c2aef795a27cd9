import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getFulfillmentOrder } from "../../api/generated/sdk.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { LocationLink } from "../places.tsx";
import { HeldBadge, Status } from "../statuses.tsx";
import { Due } from "./due.tsx";
import { PickList } from "./pick-list.tsx";
import { Shipments } from "./shipments.tsx";
import { Destination } from "./destination.tsx";
import { WorkActions } from "./work-actions.tsx";
import classes from "./work.module.css";

const route = getRouteApi("/signed-in/fulfillment/$fulfillmentOrderId");

/** One fulfillment order in the hand of who fulfills it: what to fetch, where it goes, and the one next step. */
export function WorkPage() {
  const { t } = useTranslation();
  const { fulfillmentOrderId } = route.useParams();
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const {
    data: work,
    error,
    refetch,
  } = useQuery({
    queryKey: ["fulfillment-order", fulfillmentOrderId],
    queryFn: async ({ signal }) => (await getFulfillmentOrder({ path: { id: fulfillmentOrderId }, signal })).data,
  });
  const above = <Link to="/fulfillment">{t("work.title")}</Link>;
  if (!work) {
    return (
      <Page title="…" above={above}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  const allPicked = work.lines.every((line) => picked.has(line.lineNumber) || line.quantity === line.withdrawn);
  return (
    <Page
      title={`${work.orderNumber}-${work.number}`}
      above={above}
      badges={
        <>
          <Status of={work.status} />
          {work.held && <HeldBadge />}
        </>
      }
      facts={
        <>
          <LocationLink code={work.location} /> · {work.method === "pickup" ? t("method.pickup") : t("method.delivery")}
          {work.dueAt && (
            <>
              {" · "}
              {t("work.due")} <Due at={work.dueAt} status={work.status} />
            </>
          )}
          {work.expiresAt && (
            <>
              {" · "}
              {t("work.keptUntil")} <DateTime at={work.expiresAt} />
            </>
          )}
        </>
      }
      actions={<WorkActions work={work} allPicked={allPicked} />}
      actionsBelow
    >
      <div className={classes.columns}>
        <PickList work={work} picked={picked} change={setPicked} />
        <div className={classes.side}>
          <Destination work={work} />
          <Shipments work={work} />
        </div>
      </div>
    </Page>
  );
}

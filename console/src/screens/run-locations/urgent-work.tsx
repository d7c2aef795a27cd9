import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { listFulfillmentOrders } from "../../api/generated/sdk.gen.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { Due } from "../fulfill-orders/due.tsx";
import { summaryOf } from "../fulfill-orders/work-columns.tsx";
import { stages } from "../fulfill-orders/work-stages.ts";
import { Status } from "../statuses.tsx";
import classes from "./locations.module.css";

const shown = 8;

/** What has to leave this location next. */
export function UrgentWork({ location }: { location: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["fulfillment-orders", "urgent", location],
    queryFn: async ({ signal }) =>
      (await listFulfillmentOrders({ query: { location, status: stages.open.join(","), limit: shown }, signal })).data,
  });
  return (
    <Panel
      title={t("location.urgent")}
      actions={
        <Link to="/fulfillment" search={{ location }}>
          {t("location.allWork")}
        </Link>
      }
      bleed
    >
      {data ? (
        data.data.length === 0 ? (
          <Empty small title={t("work.none")} />
        ) : (
          <table className={classes.work}>
            <tbody>
              {data.data.map((work) => (
                <tr key={work.id}>
                  <td>
                    <Link to="/fulfillment/$fulfillmentOrderId" params={{ fulfillmentOrderId: work.id }}>
                      {work.orderNumber}-{work.number}
                    </Link>
                  </td>
                  <td>
                    <Status of={work.status} />
                  </td>
                  <td>
                    <Due at={work.dueAt} status={work.status} />
                  </td>
                  <td className="soft truncate">{summaryOf(work)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </Panel>
  );
}

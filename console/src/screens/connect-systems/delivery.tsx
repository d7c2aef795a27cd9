import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getWebhookDelivery, replayWebhookDelivery } from "../../api/generated/sdk.gen.ts";
import type { WebhookAttempt, WebhookDeliveryDetails } from "../../api/generated/types.gen.ts";
import { serverText } from "../../api/server-text.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount, formatDuration } from "../../ui/format.ts";
import { KeyValue } from "../../ui/key-value.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useActorName } from "../actor-names.ts";
import { useEventName } from "../event-names.ts";
import { ActOnJobs } from "./act-on-jobs.tsx";
import classes from "./connect.module.css";
import { canRetry, DeliveryState, refreshMs } from "./webhook-facts.tsx";

const route = getRouteApi("/signed-in/deliveries/$deliveryId");

/** One event on its way to one receiver: what is sent, and how each attempt was answered. */
export function DeliveryPage() {
  const { t } = useTranslation();
  const eventName = useEventName();
  const actorName = useActorName();
  const { deliveryId } = route.useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ["delivery", deliveryId],
    queryFn: async ({ signal }) => (await getWebhookDelivery({ path: { id: deliveryId }, signal })).data,
    refetchInterval: ({ state }) => (state.data?.endedAt ? false : refreshMs),
  });
  if (!data) {
    return (
      <Page title={t("connect.deliveryTitle")} above={<Link to="/connections">{t("connect.title")}</Link>}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page
      title={eventName(data.type)}
      above={
        <Link to="/connections/$webhookId" params={{ webhookId: data.webhookId }}>
          {t("connect.deliveries")}
        </Link>
      }
      badges={<DeliveryState of={data} />}
      facts={
        <>
          <span className="code">{data.type}</span> · <span className="code">{data.eventId}</span>
        </>
      }
      actions={<Decisions delivery={data} />}
    >
      <div className={classes.page}>
        <Panel title={t("connect.facts")}>
          <KeyValue
            facts={[
              [t("connect.entity"), <Entity key="entity" delivery={data} />],
              [t("connect.made"), <DateTime key="made" at={data.createdAt} show="date-time" />],
              [t("connect.ended"), data.endedAt && <DateTime at={data.endedAt} show="date-time" />],
              [
                t("connect.nextTry"),
                data.state === "waiting" && !data.behindAnother && data.lastError !== null ? (
                  <DateTime at={data.dueAt} />
                ) : null,
              ],
              [
                t("connect.skippedBy"),
                data.skippedBy && actorName({ actor: data.skippedBy, actorName: data.skippedByName }),
              ],
              [t("connect.skipReason"), data.skipReason && serverText(data.skipReason)],
              [t("connect.attempts"), formatCount(data.attempts)],
              [t("connect.lastError"), data.endedAt || data.lastError === null ? null : serverText(data.lastError)],
            ]}
          />
        </Panel>
        <Panel title={t("connect.attemptsTitle")}>
          {data.attemptLog.length === 0 ? (
            <Empty small title={t("connect.noAttempts")} />
          ) : (
            <ol className={classes.attempts}>
              {data.attemptLog.map((attempt) => (
                <Attempt key={attempt.startedAt} attempt={attempt} />
              ))}
            </ol>
          )}
        </Panel>
        <Panel title={t("connect.request")}>
          {data.requestBody ? (
            <pre className={classes.text}>{JSON.stringify(data.requestBody, null, 2)}</pre>
          ) : (
            <Empty small title={t("connect.requestGone")} />
          )}
        </Panel>
      </div>
    </Page>
  );
}

function Decisions({ delivery }: { delivery: WebhookDeliveryDetails }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  if (!delivery.endedAt)
    return (
      <ActOnJobs ids={[delivery.id]} mayRetry={canRetry(delivery)} mayAssign={delivery.state === "parked"} size="sm" />
    );
  if (!can("webhooks:write")) return null;
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t("connect.deliverAgain")}
      </Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("connect.deliverAgainTitle")}
        verb={t("connect.deliverAgain")}
        run={async () => {
          const { data } = await replayWebhookDelivery({ path: { id: delivery.id } });
          await queries.invalidateQueries({ queryKey: ["deliveries"] });
          await navigate({ to: "/deliveries/$deliveryId", params: { deliveryId: data.id } });
        }}
      >
        <p style={{ margin: 0 }}>{t("connect.deliverAgainText")}</p>
      </ConfirmAction>
    </>
  );
}

/** Opens what the event is about, where there is a page for it. */
function Entity({ delivery: { type, entityId } }: { delivery: WebhookDeliveryDetails }) {
  switch (type.split(".")[0]) {
    case "order":
      return (
        <Link to="/orders/$orderId" params={{ orderId: entityId }} className="code">
          {entityId}
        </Link>
      );
    case "fulfillmentOrder":
      return (
        <Link to="/fulfillment/$fulfillmentOrderId" params={{ fulfillmentOrderId: entityId }} className="code">
          {entityId}
        </Link>
      );
    default:
      return <span className="code">{entityId}</span>;
  }
}

function Attempt({ attempt }: { attempt: WebhookAttempt }) {
  const { t } = useTranslation();
  const headers = Object.entries(attempt.answerHeaders).map(([name, value]) => [name, String(value)] as const);
  return (
    <li className={classes.attempt}>
      <div className={classes.line}>
        <StatusBadge tone={attempt.error === null ? "done" : "trouble"}>
          {attempt.status === null ? t("connect.noAnswer") : t("connect.answered", { status: attempt.status })}
        </StatusBadge>
        <span>{formatDuration(attempt.durationMs)}</span>
        <span className="faint">
          <DateTime at={attempt.startedAt} show="date-time" />
        </span>
      </div>
      {attempt.error !== null && <div>{serverText(attempt.error)}</div>}
      {attempt.answerBody && <pre className={classes.text}>{attempt.answerBody}</pre>}
      {headers.length > 0 && (
        <details className={classes.headers}>
          <summary>{t("connect.headers", { count: headers.length })}</summary>
          <KeyValue facts={headers} />
        </details>
      )}
    </li>
  );
}

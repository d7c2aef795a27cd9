import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getInboundEvent, replayInboundEvent, skipInboundEvent } from "../../api/generated/sdk.gen.ts";
import type { InboundEventDetails } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { KeyValue } from "../../ui/key-value.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import connect from "../connect-systems/connect.module.css";
import { refreshMs } from "../connect-systems/webhook-facts.tsx";
import { EventState, reasonOf } from "./event-facts.tsx";

const route = getRouteApi("/signed-in/inbound-events/$eventId");

/** One event as it came, what was made of it, and what can be done when it was given up. */
export function InboundEventPage() {
  const { t } = useTranslation();
  const { eventId } = route.useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ["inbound-event", eventId],
    queryFn: async ({ signal }) => (await getInboundEvent({ path: { id: eventId }, signal })).data,
    refetchInterval: ({ state }) => (state.data?.state === "waiting" ? refreshMs : false),
  });
  if (!data) {
    return (
      <Page title={t("source.event")} above={<Link to="/connections/sources">{t("source.listTitle")}</Link>}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  const orderId = data.result?.["orderId"];
  const rule = data.result?.["rule"];
  const told = data.result?.["event"];
  return (
    <Page
      title={data.type}
      above={
        <Link to="/connections/sources/$code" params={{ code: data.source }}>
          {data.source}
        </Link>
      }
      badges={<EventState of={data.state} />}
      actions={<Decisions event={data} />}
    >
      <div className={connect.page}>
        <Panel title={t("connect.facts")}>
          <KeyValue
            facts={[
              [t("source.reason"), reasonOf(data)],
              [t("source.about"), data.entity],
              [t("source.ruleUsed"), typeof rule === "string" ? rule : null],
              [t("source.told"), typeof told === "string" ? told : null],
              [
                t("message.order"),
                typeof orderId === "string" && (
                  <Link key="order" to="/orders/$orderId" params={{ orderId }}>
                    {t("source.openOrder")}
                  </Link>
                ),
              ],
              [t("source.occurredAt"), data.occurredAt && <DateTime key="at" at={data.occurredAt} show="date-time" />],
              [t("source.receivedAt"), <DateTime key="received" at={data.receivedAt} show="date-time" />],
              [t("source.sequence"), data.sequence],
              [t("connect.attempts"), formatCount(data.attempts)],
              [
                t("source.senderId"),
                <span key="id" className="code">
                  {data.senderId}
                </span>,
              ],
            ]}
          />
        </Panel>
        <Panel title={t("source.body")}>
          {data.body === null ? (
            <Empty small title={t("source.bodyErased")} />
          ) : (
            <pre className={connect.text}>{indented(data.body)}</pre>
          )}
        </Panel>
      </div>
    </Page>
  );
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function Decisions({ event }: { event: InboundEventDetails }) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<"retry" | "skip">();
  const open = event.state === "parked" || event.state === "waiting";
  const replayable = event.state !== "applied" && event.state !== "waiting" && event.body !== null;
  if (!can("inbound:write")) return null;
  const path = { id: event.id };
  const close = () => setAsked(undefined);
  const changed = () =>
    Promise.all(
      ["inbound-event", "inbound-events", "exceptions"].map((word) => queries.invalidateQueries({ queryKey: [word] })),
    );
  return (
    <>
      {open && (
        <Button variant="default" onClick={() => setAsked("skip")}>
          {t("connect.skip")}
        </Button>
      )}
      {replayable && <Button onClick={() => setAsked("retry")}>{t("source.retry")}</Button>}
      <ConfirmAction
        opened={asked === "retry"}
        onClose={close}
        title={t("source.retry")}
        verb={t("source.retry")}
        run={async () => {
          await replayInboundEvent({ path });
          await changed();
        }}
      >
        <p style={{ margin: 0 }}>{t("source.retryText")}</p>
      </ConfirmAction>
      <ConfirmAction
        opened={asked === "skip"}
        onClose={close}
        title={t("source.skip")}
        verb={t("connect.skip")}
        danger
        words={{ label: t("ui.reason"), maxLength: 500 }}
        run={async ({ note }) => {
          await skipInboundEvent({ path, body: { reason: note } });
          await changed();
        }}
      >
        <p style={{ margin: 0 }}>{t("connect.skipText")}</p>
      </ConfirmAction>
    </>
  );
}

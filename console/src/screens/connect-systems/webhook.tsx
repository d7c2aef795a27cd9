import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { getWebhook, listWebhookReplays } from "../../api/generated/sdk.gen.ts";
import type { Webhook } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Deliveries } from "./deliveries.tsx";
import { TestButton } from "./test-webhook.tsx";
import { WebhookActions } from "./webhook-actions.tsx";
import { receiverOf, refreshMs, WebhookState } from "./webhook-facts.tsx";

const route = getRouteApi("/signed-in/connections/$webhookId");

/** One receiver: whether events reach it, what can be done when not, and every delivery. */
export function WebhookPage() {
  const { t } = useTranslation();
  const can = useCan();
  const { webhookId } = route.useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ["webhook", webhookId],
    queryFn: async ({ signal }) => (await getWebhook({ path: { id: webhookId }, signal })).data,
    refetchInterval: refreshMs,
  });
  const above = <Link to="/connections">{t("connect.title")}</Link>;
  if (!data) {
    return (
      <Page title={t("connect.webhook")} above={above}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page
      title={data.description || receiverOf(data.url)}
      above={above}
      layout="fill"
      badges={
        <>
          <WebhookState of={data} />
          <ReplayBadge webhookId={data.id} />
        </>
      }
      facts={<Facts webhook={data} />}
      actions={
        can("webhooks:write") && (
          <>
            <WebhookActions webhook={data} />
            <Button
              variant="default"
              renderRoot={(root) => (
                <Link {...root} to="/connections/$webhookId/edit" params={{ webhookId: data.id }} />
              )}
            >
              {t("ui.edit")}
            </Button>
            <TestButton webhookId={data.id} />
          </>
        )
      }
    >
      <Deliveries webhookId={data.id} />
    </Page>
  );
}

function Facts({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const { failingSince, suspendedUntil, previousSecretUntil } = webhook;
  return (
    <>
      <span className="code">{webhook.url}</span> · {t("connect.waiting")} {formatCount(webhook.waiting)} ·{" "}
      {t("connect.parked")} {formatCount(webhook.parked)}
      {webhook.state === "disabled" && <> · {t("connect.disabledText")}</>}
      {failingSince && (
        <>
          {" "}
          · {t("connect.failingSince")} <DateTime at={failingSince} />
        </>
      )}
      {suspendedUntil && (
        <>
          {" "}
          · {t("connect.nextTry")} <DateTime at={suspendedUntil} />
        </>
      )}
      {previousSecretUntil && (
        <>
          {" "}
          · {t("connect.bothSecretsUntil")} <DateTime at={previousSecretUntil} show="date-time" />
        </>
      )}
    </>
  );
}

/** While a part of the feed is delivered again: how many deliveries that has made so far. */
function ReplayBadge({ webhookId }: { webhookId: string }) {
  const { t } = useTranslation();
  const { data: replays } = useQuery({
    queryKey: ["webhook", webhookId, "replays"],
    queryFn: async ({ signal }) => (await listWebhookReplays({ path: { id: webhookId }, signal })).data.data,
    refetchInterval: ({ state }) => (state.data?.some(({ finishedAt }) => finishedAt === null) ? refreshMs : false),
  });
  const running = replays?.find(({ finishedAt }) => finishedAt === null);
  return (
    running && (
      <StatusBadge tone="working">
        {t("connect.replaying", { deliveries: formatCount(running.deliveries) })}
      </StatusBadge>
    )
  );
}

import { Button, Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { eraseMessage, getMessage, resendMessage } from "../../api/generated/sdk.gen.ts";
import type { Message } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { KeyValue } from "../../ui/key-value.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { MessageState, useTriggerText } from "../message-facts.tsx";
import classes from "./message.module.css";

const route = getRouteApi("/signed-in/messages/$messageId");

/** One message as its reader got it, and what can be done about it. */
export function MessagePage() {
  const { t } = useTranslation();
  const { messageId } = route.useParams();
  const triggerText = useTriggerText();
  const {
    data: message,
    error,
    refetch,
  } = useQuery({
    queryKey: ["messages", messageId],
    queryFn: async ({ signal }) => (await getMessage({ path: { id: messageId }, signal })).data,
  });
  const above = <Link to="/messages">{t("message.title")}</Link>;
  if (!message) {
    return (
      <Page title={t("message.one")} above={above}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return (
    <Page
      title={message.subject ?? triggerText(message.trigger)}
      above={above}
      badges={<MessageState of={message.state} />}
      actions={<Actions message={message} />}
    >
      <Stack gap="md">
        <Panel title={t("message.facts")}>
          <KeyValue
            facts={[
              [t("message.trigger"), triggerText(message.trigger)],
              [
                t("message.order"),
                message.orderId !== null && (
                  <Link key="order" to="/orders/$orderId" params={{ orderId: message.orderId }}>
                    {message.orderNumber}
                  </Link>
                ),
              ],
              [t("message.recipient"), message.recipient],
              [t("message.reason"), message.reason],
              [t("message.at"), <DateTime key="at" at={message.stateAt} show="date-time" />],
              [t("message.template"), message.template && `${message.template.code} · ${message.template.version}`],
              [
                t("message.bounced"),
                message.addressBouncedAt && <DateTime key="bounced" at={message.addressBouncedAt} />,
              ],
              [
                t("message.declined"),
                message.addressDeclinedAt && <DateTime key="declined" at={message.addressDeclinedAt} />,
              ],
            ]}
          />
        </Panel>
        <Panel title={t("message.text")}>
          {message.html !== null ? (
            <iframe className={classes.letter} sandbox="" srcDoc={message.html} title={t("message.text")} />
          ) : message.text !== null ? (
            <p className={classes.plain}>{message.text}</p>
          ) : (
            <Empty small title={message.erasedAt ? t("message.erased") : t("message.notWritten")} />
          )}
        </Panel>
      </Stack>
    </Page>
  );
}

function Actions({ message }: { message: Message }) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<"resend" | "erase">();
  if (!can("messages:write") || ["queued", "sending", "parked"].includes(message.state)) return null;
  const path = { id: message.id };
  return (
    <>
      {message.erasedAt === null && (
        <Button variant="default" onClick={() => setAsked("erase")}>
          {t("message.erase")}
        </Button>
      )}
      {message.orderId !== null && <Button onClick={() => setAsked("resend")}>{t("message.resend")}</Button>}
      <ConfirmAction
        opened={asked === "resend"}
        onClose={() => setAsked(undefined)}
        title={t("message.resend")}
        verb={t("message.resend")}
        run={async () => {
          const { data } = await resendMessage({ path });
          await queries.invalidateQueries({ queryKey: ["messages"] });
          await navigate({ to: "/messages/$messageId", params: { messageId: data.id } });
        }}
      >
        <p style={{ margin: 0 }}>{t("message.resendText")}</p>
      </ConfirmAction>
      <ConfirmAction
        opened={asked === "erase"}
        onClose={() => setAsked(undefined)}
        title={t("message.erase")}
        verb={t("message.erase")}
        danger
        run={async () => {
          await eraseMessage({ path });
          await queries.invalidateQueries({ queryKey: ["messages"] });
        }}
      >
        <p style={{ margin: 0 }}>{t("message.eraseText")}</p>
      </ConfirmAction>
    </>
  );
}

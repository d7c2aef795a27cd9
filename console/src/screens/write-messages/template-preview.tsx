import { SegmentedControl } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { previewMessage } from "../../api/generated/sdk.gen.ts";
import type { MessagePreview } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Loading, ProblemNote } from "../../ui/states.tsx";
import { ChooseOrder } from "../change-documents/choose-order.tsx";
import { SendTest } from "./send-test.tsx";
import classes from "./template.module.css";
import type { Template } from "./template-content.ts";

type Written = NonNullable<MessagePreview["message"]>;

/** What orders look like that have something of the kind to tell: these are offered first. */
const tellingStatuses: Readonly<Record<string, string>> = {
  shipped: "shipped,delivered,complete",
  delivered: "delivered,complete",
  readyForPickup: "ready for pickup",
  cancelled: "cancelled",
};

const typingPauseMs = 350;

/** The message as the customer of a real order would get it, written anew after every change. */
export function TemplatePreview({ template }: { template: Template }) {
  const { t } = useTranslation();
  const can = useCan();
  const [order, setOrder] = useState<string | null>(null);
  const [asked] = useDebouncedValue(template, typingPauseMs);
  const { data, error, isPending } = useQuery({
    queryKey: ["message-preview", asked, order],
    queryFn: async ({ signal }) => {
      const { message, faults } = (await previewMessage({ body: { template: asked, order: order ?? "" }, signal }))
        .data;
      return { message, faulty: faults.length > 0 };
    },
    enabled: order !== null,
    retry: false,
    placeholderData: keepPreviousData,
  });
  const [sound, setSound] = useState<Written>();
  const message = data?.message ?? undefined;
  if (message && message !== sound) setSound(message);
  return (
    <Panel title={t("template.preview")}>
      <div className={classes.fields}>
        <div className={classes.bar}>
          <ChooseOrder value={order} change={setOrder} statuses={tellingStatuses[template.trigger]} beginWithLatest />
          {can("messages:write") && template.medium === "email" && (
            <SendTest template={template} order={order} ready={message !== undefined} />
          )}
        </div>
        {order === null ? (
          <Empty small title={t("template.chooseOrder")} />
        ) : error ? (
          <ProblemNote error={error} />
        ) : isPending ? (
          <Loading lines={6} />
        ) : (
          <>
            {data?.faulty && <p className={classes.note}>{t(sound ? "template.lastSound" : "template.faulty")}</p>}
            {sound && (
              <div className={data?.faulty ? classes.stale : undefined}>
                <Letter message={sound} />
              </div>
            )}
          </>
        )}
      </div>
    </Panel>
  );
}

function Letter({ message: { subject, html, text } }: { message: Written }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState("desk");
  return (
    <div className={classes.fields}>
      {subject !== null && (
        <p className={classes.subject}>
          <span className="soft">{t("message.subject")}:</span> <strong>{subject}</strong>
        </p>
      )}
      {html === null ? (
        <p className={classes.bubble}>{text}</p>
      ) : (
        <>
          <SegmentedControl
            size="xs"
            value={shown}
            onChange={setShown}
            aria-label={t("template.shownAs")}
            data={[
              { value: "desk", label: t("template.atDesk") },
              { value: "phone", label: t("template.onPhone") },
              { value: "plain", label: t("template.plain") },
            ]}
          />
          {shown === "plain" ? (
            <pre className={classes.plain}>{text}</pre>
          ) : (
            <iframe
              className={classes.letter}
              data-width={shown}
              sandbox=""
              srcDoc={html}
              title={t("template.preview")}
            />
          )}
        </>
      )}
    </div>
  );
}

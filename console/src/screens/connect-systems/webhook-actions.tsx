import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { onlyOn } from "../../api/edited.ts";
import { changeWebhook, removeWebhook, retryParkedDeliveries } from "../../api/generated/sdk.gen.ts";
import type { Webhook } from "../../api/generated/types.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { formatCount } from "../../ui/format.ts";
import { ReplayWebhook } from "./replay-webhook.tsx";
import { RotateSecret } from "./rotate-secret.tsx";

type Asked = "pause" | "resume" | "rotate" | "replay" | "retryParked" | "remove";

/** What is done to a receiver now and then; each is asked for again, with its effect. */
export function WebhookActions({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const path = { id: webhook.id };
  const refresh = () =>
    Promise.all(["webhook", "webhooks", "deliveries"].map((word) => queries.invalidateQueries({ queryKey: [word] })));
  const setState = async (state: "active" | "paused") => {
    await changeWebhook({ path, body: { state }, headers: onlyOn(webhook.version) });
    await refresh();
  };
  const retryAll = async () => {
    for (let more = true; more; ) ({ more } = (await retryParkedDeliveries({ path })).data);
    await refresh();
  };
  const remove = async () => {
    await removeWebhook({ path, headers: onlyOn(webhook.version) });
    await queries.invalidateQueries({ queryKey: ["webhooks"] });
    await navigate({ to: "/connections" });
  };
  const dialogs = [
    { name: "pause", run: () => setState("paused"), danger: false },
    { name: "resume", run: () => setState("active"), danger: false },
    { name: "retryParked", run: retryAll, danger: false },
    { name: "remove", run: remove, danger: true },
  ] as const;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden="true" />}>
            {t("connect.more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setAsked(webhook.state === "active" ? "pause" : "resume")}>
            {t(webhook.state === "active" ? "connect.do.pause" : "connect.do.resume")}
          </Menu.Item>
          <Menu.Item onClick={() => setAsked("replay")}>{t("connect.do.replay")}</Menu.Item>
          {webhook.parked > 0 && (
            <Menu.Item onClick={() => setAsked("retryParked")}>{t("connect.do.retryParked")}</Menu.Item>
          )}
          <Menu.Item onClick={() => setAsked("rotate")}>{t("connect.do.rotate")}</Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => setAsked("remove")}>
            {t("connect.do.remove")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialogs.map(({ name, run, danger }) => (
        <ConfirmAction
          key={name}
          opened={asked === name}
          onClose={close}
          title={t(`connect.ask.${name}`)}
          verb={t(`connect.do.${name}`)}
          danger={danger}
          run={run}
        >
          <p style={{ margin: 0 }}>
            {t(`connect.effect.${name}`, {
              parked: formatCount(webhook.parked),
              waiting: formatCount(webhook.waiting),
            })}
          </p>
        </ConfirmAction>
      ))}
      <ReplayWebhook webhookId={webhook.id} opened={asked === "replay"} close={close} done={refresh} />
      <RotateSecret webhookId={webhook.id} opened={asked === "rotate"} close={close} done={refresh} />
    </>
  );
}

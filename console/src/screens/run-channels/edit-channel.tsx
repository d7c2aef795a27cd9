import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { create, onlyOn, useEdited } from "../../api/edited.ts";
import { getChannel, patchChannel, putChannel } from "../../api/generated/sdk.gen.ts";
import type { Channel } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { EditPage } from "../../ui/edit-page.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { useEditing } from "../../ui/use-editing.ts";
import { ChannelFields } from "./channel-fields.tsx";
import { channelOf, channelValues, type ChannelValues, newChannel } from "./channel-values.ts";
import { ChannelState } from "./channels.tsx";

const route = getRouteApi("/signed-in/channels/$code");

export function EditChannel() {
  const { code } = route.useParams();
  const { data, error, refetch } = useEdited(["channel", code], (signal) => getChannel({ path: { code }, signal }));
  if (!data) {
    return (
      <Page title={code}>{error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}</Page>
    );
  }
  return <ChannelForm key={data.version} channel={data} reload={() => void refetch()} />;
}

export function NewChannel() {
  return <ChannelForm />;
}

function ChannelForm({ channel, reload }: { channel?: Channel; reload?: () => void }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const toList = () => navigate({ to: "/channels" });

  async function send(values: ChannelValues) {
    const body = channelOf(values);
    if (channel) await patchChannel({ path: { code: channel.code }, body, headers: onlyOn(channel.version) });
    else
      await create(
        (headers) => putChannel({ path: { code: values.code.trim() }, body, headers }),
        t("channel.codeTaken"),
      );
    await queries.invalidateQueries({ queryKey: ["channels"] });
  }

  const editing = useEditing<ChannelValues>({
    initial: channel ? channelValues(channel) : newChannel,
    check: (values) =>
      Object.fromEntries(
        (["code", "name", "brand", "market", "currency", "network"] as const)
          .filter((field) => values[field].trim() === "")
          .map((field) => [field, t("ui.required")]),
      ),
    send,
    saved: toList,
  });
  const isClosing = channel?.active ?? true;
  return (
    <>
      <EditPage
        title={channel ? channel.name : t("channel.newTitle")}
        above={<Link to="/channels">{t("channel.listTitle")}</Link>}
        facts={
          channel && (
            <>
              <ChannelState active={channel.active} /> <span className="code">{channel.code}</span>
            </>
          )
        }
        editing={editing}
        verb={channel ? t("ui.save") : t("channel.create")}
        leave={toList}
        reload={reload}
        readOnly={!can("network:write")}
        more={
          channel &&
          can("network:write") && (
            <Button variant="default" onClick={() => setAsking(true)}>
              {isClosing ? t("channel.close") : t("channel.reopen")}
            </Button>
          )
        }
      >
        <ChannelFields form={editing.form} isNew={!channel} />
      </EditPage>
      {channel && (
        <ConfirmAction
          opened={asking}
          onClose={() => setAsking(false)}
          title={isClosing ? t("channel.closeTitle") : t("channel.reopenTitle")}
          verb={isClosing ? t("channel.close") : t("channel.reopen")}
          danger={isClosing}
          run={async () => {
            await patchChannel({ path: { code: channel.code }, body: { active: !isClosing } });
            await queries.invalidateQueries({ queryKey: ["channels"] });
            reload?.();
          }}
        >
          <p style={{ margin: 0 }}>{isClosing ? t("channel.closeEffect") : t("channel.reopenEffect")}</p>
        </ConfirmAction>
      )}
    </>
  );
}

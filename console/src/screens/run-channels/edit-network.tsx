import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { create, onlyOn, useEdited } from "../../api/edited.ts";
import { deleteNetwork, getNetwork, patchNetwork, putNetwork } from "../../api/generated/sdk.gen.ts";
import type { Network } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { EditPage, FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { useEditing } from "../../ui/use-editing.ts";
import { useChannels } from "../places.tsx";
import { ChooseLocations } from "./choose-locations.tsx";

const route = getRouteApi("/signed-in/networks/$code");

type NetworkValues = { code: string; name: string; locations: string[] };

export function EditNetwork() {
  const { code } = route.useParams();
  const { data, error, refetch } = useEdited(["network", code], (signal) => getNetwork({ path: { code }, signal }));
  if (!data) {
    return (
      <Page title={code}>{error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}</Page>
    );
  }
  return <NetworkForm key={data.version} network={data} reload={() => void refetch()} />;
}

export function NewNetwork() {
  return <NetworkForm />;
}

function NetworkForm({ network, reload }: { network?: Network; reload?: () => void }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data: channels } = useChannels();
  const [asking, setAsking] = useState(false);
  const toList = () => navigate({ to: "/networks" });
  const changed = () => queries.invalidateQueries({ queryKey: ["networks"] });
  const served = channels?.filter((channel) => network && channel.network === network.code) ?? [];

  async function send({ code, name, locations }: NetworkValues) {
    const body = { name: name.trim(), locations };
    if (network) await patchNetwork({ path: { code: network.code }, body, headers: onlyOn(network.version) });
    else await create((headers) => putNetwork({ path: { code: code.trim() }, body, headers }), t("network.codeTaken"));
    await changed();
  }

  const editing = useEditing<NetworkValues>({
    initial: { code: network?.code ?? "", name: network?.name ?? "", locations: network?.locations ?? [] },
    check: ({ code, name }) => ({
      ...(code.trim() ? {} : { code: t("ui.required") }),
      ...(name.trim() ? {} : { name: t("ui.required") }),
    }),
    send,
    saved: toList,
  });
  const { form } = editing;
  return (
    <>
      <EditPage
        title={network ? network.name : t("network.newTitle")}
        above={<Link to="/networks">{t("channel.networks")}</Link>}
        facts={
          network && (
            <>
              <span className="code">{network.code}</span>
              {served.length > 0 && (
                <> · {t("network.servesThese", { names: served.map(({ name }) => name).join(", ") })}</>
              )}
            </>
          )
        }
        editing={editing}
        verb={network ? t("ui.save") : t("network.create")}
        leave={toList}
        reload={reload}
        readOnly={!can("network:write")}
        more={
          network &&
          can("network:write") && (
            <Button variant="default" onClick={() => setAsking(true)}>
              {t("network.delete")}
            </Button>
          )
        }
      >
        <FormSection title={t("network.identity")} about={t("network.identityAbout")}>
          <FieldRow>
            <TextInput label={t("network.name")} required maxLength={200} {...form.getInputProps("name")} />
            {!network && (
              <TextInput
                label={t("network.code")}
                placeholder="uk"
                required
                maxLength={64}
                {...form.getInputProps("code")}
              />
            )}
          </FieldRow>
        </FormSection>
        <FormSection title={t("network.locations")} about={t("network.locationsAbout")}>
          <ChooseLocations
            chosen={form.values.locations}
            change={(locations) => form.setFieldValue("locations", locations)}
          />
        </FormSection>
      </EditPage>
      {network && (
        <ConfirmAction
          opened={asking}
          onClose={() => setAsking(false)}
          title={t("network.deleteTitle", { name: network.name })}
          verb={t("network.delete")}
          danger
          run={async () => {
            await deleteNetwork({ path: { code: network.code }, headers: onlyOn(network.version) });
            await changed();
            await toList();
          }}
        >
          <p style={{ margin: 0 }}>{t("network.deleteEffect")}</p>
        </ConfirmAction>
      )}
    </>
  );
}

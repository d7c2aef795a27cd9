import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { onlyOn, useEdited } from "../../api/edited.ts";
import { changeWebhook, createWebhook, getWebhook } from "../../api/generated/sdk.gen.ts";
import type { Webhook } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { EditPage, FormSection } from "../../ui/edit-page.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { useEditing } from "../../ui/use-editing.ts";
import { ChooseScopes, codesOf, type Scope, scopeOf, useScopeFaults } from "../choose-scope.tsx";
import { NewSecret } from "../new-secret.tsx";
import { ChooseEvents } from "./choose-events.tsx";
import { receiverOf } from "./webhook-facts.tsx";

const route = getRouteApi("/signed-in/connections/$webhookId/edit");

type WebhookValues = {
  url: string;
  description: string;
  eventTypes: string[];
} & Scope;

/** The form chooses between all and some; the request says null for all. */
const fields: Readonly<Record<string, string>> = { channels: "channelCodes", locations: "locationCodes" };

export function EditWebhook() {
  const { t } = useTranslation();
  const { webhookId } = route.useParams();
  const { data, error, refetch } = useEdited(["webhook", webhookId], (signal) =>
    getWebhook({ path: { id: webhookId }, signal }),
  );
  if (!data) {
    return (
      <Page title={t("connect.webhook")}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return <WebhookForm key={data.version} webhook={data} reload={() => void refetch()} />;
}

export function NewWebhook() {
  return <WebhookForm />;
}

function WebhookForm({ webhook, reload }: { webhook?: Webhook; reload?: () => void }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const scopeFaults = useScopeFaults();
  const [made, setMade] = useState<{ id: string; secret: string }>();
  const toPage = (webhookId: string) => navigate({ to: "/connections/$webhookId", params: { webhookId } });
  const toList = () => navigate({ to: "/connections" });
  const leave = () => (webhook ? toPage(webhook.id) : toList());

  async function send(values: WebhookValues) {
    const body = bodyOf(values);
    if (webhook) await changeWebhook({ path: { id: webhook.id }, body, headers: onlyOn(webhook.version) });
    else {
      const { data } = await createWebhook({ body });
      // Null only when the same request was answered before: the secret was shown then.
      if (data.secret === null) await toPage(data.webhook.id);
      else setMade({ id: data.webhook.id, secret: data.secret });
    }
    await Promise.all(["webhooks", "webhook"].map((word) => queries.invalidateQueries({ queryKey: [word] })));
  }

  const editing = useEditing<WebhookValues>({
    initial: valuesOf(webhook),
    check: (values) => ({
      ...(/^https?:\/\/./.test(values.url.trim()) ? {} : { url: t("connect.urlFault") }),
      ...(values.eventTypes.length > 0 ? {} : { eventTypes: t("ui.required") }),
      ...scopeFaults(values),
    }),
    send,
    // What is new shows its secret first.
    saved: () => (webhook ? leave() : undefined),
    fieldOf: (pointer) => {
      const [field = ""] = pointer.split("/").filter(Boolean);
      return fields[field] ?? field;
    },
  });
  const { form } = editing;
  return (
    <>
      <EditPage
        title={webhook ? webhook.description || receiverOf(webhook.url) : t("connect.newWebhook")}
        above={<Link to="/connections">{t("connect.title")}</Link>}
        editing={editing}
        verb={webhook ? t("ui.save") : t("connect.create")}
        leave={leave}
        reload={reload}
        readOnly={!can("webhooks:write")}
      >
        <FormSection title={t("connect.receiver")} about={t("connect.receiverAbout")}>
          <TextInput
            label={t("connect.url")}
            placeholder="https://shop.example.com/orrery"
            type="url"
            required
            maxLength={2000}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps("url")}
          />
          <TextInput
            label={t("connect.description")}
            placeholder={t("connect.descriptionHint")}
            maxLength={500}
            {...form.getInputProps("description")}
          />
        </FormSection>
        <FormSection title={t("connect.events")} about={t("connect.eventsSection")}>
          <ChooseEvents
            chosen={form.values.eventTypes}
            change={(types) => form.setFieldValue("eventTypes", types)}
            error={form.errors["eventTypes"]}
          />
        </FormSection>
        <FormSection title={t("connect.filters")} about={t("connect.filtersAbout")}>
          <ChooseScopes scope={form.values} errors={form.errors} change={form.setValues} />
        </FormSection>
      </EditPage>
      <NewSecret title={t("connect.secretTitle")} secret={made?.secret} done={() => made && toPage(made.id)}>
        {t("connect.secretUse")}
      </NewSecret>
    </>
  );
}

function valuesOf(webhook: Webhook | undefined): WebhookValues {
  return {
    url: webhook?.url ?? "",
    description: webhook?.description ?? "",
    eventTypes: webhook?.eventTypes ?? [],
    ...scopeOf({ locationCodes: webhook?.locations ?? null, channelCodes: webhook?.channels ?? null }),
  };
}

function bodyOf(values: WebhookValues) {
  const { locationCodes, channelCodes } = codesOf(values);
  return {
    url: values.url.trim(),
    description: values.description.trim(),
    eventTypes: values.eventTypes,
    channels: channelCodes,
    locations: locationCodes,
  };
}

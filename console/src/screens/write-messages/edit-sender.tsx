import { Select, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { timeZonesWith } from "../../ui/time-zones.ts";
import { type SmallDocument, SmallDocumentPage } from "../change-documents/small-document-page.tsx";
import { useChannelOptions } from "../places.tsx";
import { languageChoices } from "./languages.ts";
import { SENDER_KIND } from "./senders.tsx";

const route = getRouteApi("/signed-in/message-senders/$code");

/** As its document says it (server/src/messages/sender.ts). */
type SenderJson = { title: string; language: string; timeZone: string; accentColor: string } & Record<
  Optional,
  string | null
>;
/** Those that are empty are null in the document. */
const optional = [
  "brand",
  "channel",
  "name",
  "address",
  "replyTo",
  "shopUrl",
  "supportEmail",
  "supportPhone",
  "logoUrl",
  "imprint",
] as const;
type Optional = (typeof optional)[number];

type SenderValues = { code: string; title: string; language: string; timeZone: string; accentColor: string } & Record<
  Exclude<Optional, "channel">,
  string
> & { channel: string | null };

const usualColor = "#1f5f8b";

export function EditSender() {
  const { code } = route.useParams();
  return <SmallDocumentPage code={code} document={useSenderDocument()} />;
}

export function NewSender() {
  return <SmallDocumentPage code={null} document={useSenderDocument()} />;
}

function useSenderDocument(): SmallDocument<SenderJson, SenderValues> {
  const { t } = useTranslation();
  return {
    kind: SENDER_KIND,
    list: { to: "/message-senders", title: t("sender.listTitle") },
    texts: {
      add: t("sender.add"),
      name: t("sender.title"),
      codeHint: t("sender.codeHint"),
      codeExample: "shop-uk",
      codeTaken: t("sender.codeTaken"),
      effect: t("sender.publishEffect"),
      noteExample: t("sender.noteExample"),
    },
    valuesOf,
    contentOf,
    fieldOf: (place) => place,
    sections: (form, naming) => <SenderSections form={form} naming={naming} />,
  };
}

function SenderSections({ form, naming }: { form: UseFormReturnType<SenderValues>; naming: React.ReactNode }) {
  const { t } = useTranslation();
  const channels = useChannelOptions();
  const timeZones = useMemo(() => timeZonesWith(form.getValues().timeZone), [form]);
  const text = (name: Optional, placeholder: string) => (
    <TextInput label={t(`sender.fields.${name}`)} placeholder={placeholder} {...form.getInputProps(name)} />
  );
  return (
    <>
      <FormSection title={t("sender.for")} about={t("sender.forAbout")}>
        {naming}
        <FieldRow>
          {text("brand", t("sender.anyBrand"))}
          <Select
            label={t("sender.fields.channel")}
            placeholder={t("sender.anyChannel")}
            data={channels}
            searchable
            clearable
            {...form.getInputProps("channel")}
          />
        </FieldRow>
      </FormSection>
      <FormSection title={t("sender.who")} about={t("sender.whoAbout")}>
        {text("name", "Harbour & Co")}
        <FieldRow>
          {text("address", "orders@harbour.example")}
          {text("replyTo", "service@harbour.example")}
        </FieldRow>
      </FormSection>
      <FormSection title={t("sender.words")} about={t("sender.wordsAbout")}>
        <FieldRow>
          <Select
            label={t("sender.fields.language")}
            data={languageChoices(form.getValues().language)}
            searchable
            allowDeselect={false}
            {...form.getInputProps("language")}
          />
          <Select
            label={t("sender.fields.timeZone")}
            data={timeZones}
            searchable
            allowDeselect={false}
            {...form.getInputProps("timeZone")}
          />
        </FieldRow>
      </FormSection>
      <FormSection title={t("sender.help")} about={t("sender.helpAbout")}>
        {text("shopUrl", "https://harbour.example")}
        <FieldRow>
          {text("supportEmail", "service@harbour.example")}
          {text("supportPhone", "+44 113 496 0000")}
        </FieldRow>
      </FormSection>
      <FormSection title={t("sender.looks")} about={t("sender.looksAbout")}>
        <FieldRow>
          {text("logoUrl", "https://harbour.example/logo.png")}
          <TextInput type="color" label={t("sender.fields.accentColor")} {...form.getInputProps("accentColor")} />
        </FieldRow>
        <Textarea
          label={t("sender.fields.imprint")}
          autosize
          minRows={3}
          maxLength={1000}
          {...form.getInputProps("imprint")}
        />
      </FormSection>
    </>
  );
}

function valuesOf(code: string, content: SenderJson | null): SenderValues {
  const texts = Object.fromEntries(optional.map((name) => [name, content?.[name] ?? ""])) as Record<Optional, string>;
  return {
    ...texts,
    code,
    channel: content?.channel ?? null,
    title: content?.title ?? "",
    language: content?.language ?? "en",
    timeZone: content?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    accentColor: content?.accentColor ?? usualColor,
  };
}

function contentOf({ title, language, timeZone, accentColor, ...values }: SenderValues): SenderJson {
  const texts = Object.fromEntries(
    optional.map((name) => {
      const text = values[name]?.trim() ?? "";
      return [name, text === "" ? null : text];
    }),
  ) as Record<Optional, string | null>;
  return { title: title.trim(), ...texts, language, timeZone, accentColor };
}

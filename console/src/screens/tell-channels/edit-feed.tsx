import { Checkbox, NumberInput, Select, TagsInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { type SmallDocument, SmallDocumentPage } from "../change-documents/small-document-page.tsx";
import { useChannelOptions } from "../places.tsx";

const route = getRouteApi("/signed-in/connections/feeds/$code");

/** As its document says it (server/src/availability/feed/feed-document.ts). */
type FeedJson = {
  title: string;
  channel: string;
  levels?: number[];
  minimumUnits?: number;
  minimumPercent?: number;
  pauseMs?: number;
  changesPerSecond?: number;
  asEvents?: boolean;
  alertAfterSeconds?: number;
};

/** Empty fields are those that it does not say. */
type FeedValues = {
  code: string;
  title: string;
  channel: string | null;
  levels: string[];
  asEvents: boolean;
} & Record<(typeof numbers)[number], number | string>;

const numbers = ["minimumUnits", "minimumPercent", "pauseMs", "changesPerSecond", "alertAfterSeconds"] as const;

export function EditFeed() {
  const { code } = route.useParams();
  return <SmallDocumentPage code={code} document={useFeedDocument()} />;
}

export function NewFeed() {
  return <SmallDocumentPage code={null} document={useFeedDocument()} />;
}

function useFeedDocument(): SmallDocument<FeedJson, FeedValues> {
  const { t } = useTranslation();
  return {
    kind: "availability-feed",
    list: { to: "/connections/feeds", title: t("feed.title") },
    texts: {
      add: t("feed.add"),
      name: t("feed.name"),
      codeHint: t("feed.codeHint"),
      codeExample: "amazon-uk",
      codeTaken: t("feed.codeTaken"),
      effect: t("feed.publishEffect"),
      noteExample: t("feed.noteExample"),
    },
    valuesOf,
    contentOf,
    required: ({ channel }) => (channel === null ? { channel: t("ui.required") } : ({} as Record<string, string>)),
    fieldOf: (place) => place.split(".")[0]!,
    sections: (form, naming) => <FeedSections form={form} naming={naming} />,
  };
}

function FeedSections({ form, naming }: { form: UseFormReturnType<FeedValues>; naming: React.ReactNode }) {
  const { t } = useTranslation();
  const channels = useChannelOptions();
  const number = (name: (typeof numbers)[number], placeholder?: string) => (
    <NumberInput
      label={t(`feed.fields.${name}`)}
      placeholder={placeholder ?? ""}
      allowDecimal={false}
      min={name === "pauseMs" ? 0 : 1}
      {...form.getInputProps(name)}
    />
  );
  return (
    <>
      <FormSection title={t("feed.who")} about={t("feed.whoAbout")}>
        {naming}
        <Select label={t("feed.channel")} data={channels} searchable required {...form.getInputProps("channel")} />
      </FormSection>
      <FormSection title={t("feed.what")} about={t("feed.whatAbout")}>
        <TagsInput
          label={t("feed.fields.levels")}
          placeholder="5, 20, 100"
          acceptValueOnBlur
          {...form.getInputProps("levels")}
        />
        <FieldRow>
          {number("minimumUnits")}
          {number("minimumPercent")}
        </FieldRow>
      </FormSection>
      <FormSection title={t("feed.pace")} about={t("feed.paceAbout")}>
        <FieldRow>
          {number("pauseMs", "2000")}
          {number("changesPerSecond", t("feed.noRate"))}
        </FieldRow>
        {number("alertAfterSeconds", "60")}
        <Checkbox label={t("feed.fields.asEvents")} {...form.getInputProps("asEvents", { type: "checkbox" })} />
      </FormSection>
    </>
  );
}

function valuesOf(code: string, content: FeedJson | null): FeedValues {
  return {
    code,
    title: content?.title ?? "",
    channel: content?.channel ?? null,
    levels: (content?.levels ?? []).map(String),
    minimumUnits: content?.minimumUnits ?? "",
    minimumPercent: content?.minimumPercent ?? "",
    pauseMs: content?.pauseMs ?? "",
    changesPerSecond: content?.changesPerSecond ?? "",
    alertAfterSeconds: content?.alertAfterSeconds ?? "",
    asEvents: content?.asEvents ?? false,
  };
}

function contentOf(values: FeedValues): FeedJson {
  const levels = values.levels.map(Number);
  return {
    title: values.title.trim(),
    channel: values.channel ?? "",
    ...(levels.length > 0 ? { levels } : {}),
    ...Object.fromEntries(numbers.flatMap((name) => (values[name] === "" ? [] : [[name, values[name]]]))),
    ...(values.asEvents ? { asEvents: true } : {}),
  };
}

import { Button, Select } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "../../api/edited.ts";
import { getDocumentVersion, saveDocumentDraft } from "../../api/generated/sdk.gen.ts";
import type { Document } from "../../api/generated/types.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { codeOf } from "../change-documents/code-of.ts";
import { useDocumentsChanged } from "../change-documents/documents.ts";
import { useTriggerText } from "../message-facts.tsx";
import { languageChoices } from "./languages.ts";
import { templateName, useScopes, useTriggers } from "./queries.ts";
import { emptyTemplate, media, type Medium, type Template } from "./template-content.ts";

/** Begins a template: for an occasion, medium and language, and if wanted for one brand or channel. */
export function NewTemplate({ templates }: { templates: readonly Document[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const changed = useDocumentsChanged();
  const triggerText = useTriggerText();
  const { data: triggers = [] } = useTriggers();
  const { channels, brands } = useScopes();
  const [asking, setAsking] = useState(false);
  const [trigger, setTrigger] = useState<string | null>(null);
  const [medium, setMedium] = useState<Medium>("email");
  const [language, setLanguage] = useState<string | null>(null);
  const [brand, setBrand] = useState<string | null>(null);
  const [channel, setChannel] = useState<string | null>(null);
  const code = codeOf([hyphened(trigger ?? ""), medium === "email" ? "" : medium, language, brand, channel].join(" "));

  async function begin() {
    const start = { title: triggerText(trigger ?? ""), trigger: trigger ?? "", medium, language: language ?? "" };
    const content = { ...(await pattern()), ...start, brand, channel };
    await create(
      (headers) => saveDocumentDraft({ path: templateName(code), body: { content }, headers }),
      t("template.taken", { code }),
    );
    await changed();
    await navigate({ to: "/message-templates/$code/draft", params: { code } });
  }

  /** The nearest one that is there: of the same language if there is one. */
  async function pattern(): Promise<Template> {
    const start = { title: triggerText(trigger ?? ""), trigger: trigger ?? "", medium, language: language ?? "" };
    const alike = templates
      .filter(({ facts, publishedVersion }) => publishedVersion !== null && facts["trigger"] === trigger)
      .filter(({ facts }) => facts["medium"] === medium)
      .toSorted((one, other) => nearness(other, language) - nearness(one, language))[0];
    if (!alike) return emptyTemplate(start);
    const { data } = await getDocumentVersion({
      path: { ...templateName(alike.code), version: alike.publishedVersion ?? 0 },
    });
    return data.content as Template;
  }

  return (
    <>
      <Button onClick={() => setAsking(true)}>{t("template.new")}</Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("template.new")}
        verb={t("document.begin")}
        complete={trigger !== null && language !== null}
        run={begin}
      >
        <Select
          label={t("message.trigger")}
          required
          data={triggers.map((one) => ({ value: one.code, label: triggerText(one.code) }))}
          value={trigger}
          onChange={setTrigger}
          allowDeselect={false}
          data-autofocus
        />
        <Select
          label={t("template.medium")}
          required
          data={media.map((value) => ({ value, label: t(`template.media.${value}`) }))}
          value={medium}
          onChange={(value) => setMedium(media.find((one) => one === value) ?? medium)}
          allowDeselect={false}
        />
        <Select
          label={t("template.language")}
          required
          searchable
          data={languageChoices(language ?? "")}
          value={language}
          onChange={setLanguage}
          allowDeselect={false}
        />
        <Select
          label={t("template.brand")}
          placeholder={t("template.everyBrand")}
          clearable
          data={brands}
          value={brand}
          onChange={setBrand}
        />
        <Select
          label={t("message.channel")}
          placeholder={t("template.everyChannel")}
          clearable
          data={channels.map(({ code: value, name: label }) => ({ value, label }))}
          value={channel}
          onChange={setChannel}
        />
        <p className="soft" style={{ margin: 0 }}>
          {t("template.newHint")}
        </p>
      </ConfirmAction>
    </>
  );
}

function nearness({ facts }: Document, language: string | null): number {
  const same = facts["language"]?.split("-")[0] === language?.split("-")[0] ? 2 : 0;
  return same + (facts["brand"] === null && facts["channel"] === null ? 1 : 0);
}

function hyphened(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter}`);
}

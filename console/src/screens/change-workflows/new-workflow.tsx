import { Button, Select, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "../../api/edited.ts";
import { getDocumentVersion, saveDocumentDraft } from "../../api/generated/sdk.gen.ts";
import type { Document } from "../../api/generated/types.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { codeOf } from "../change-documents/code-of.ts";
import { useDocumentsChanged } from "../change-documents/documents.ts";
import { useEntityTypes, workflowName } from "./documents.ts";
import { copyOf, emptyWorkflow } from "./new-content.ts";

/** Begins a workflow as a draft: a copy of one that is there, or an empty one. */
export function NewWorkflow({ workflows }: { workflows: readonly Document[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const changed = useDocumentsChanged();
  const { data: entityTypes = [] } = useEntityTypes();
  const [asking, setAsking] = useState(false);
  const [title, setTitle] = useState("");
  const [from, setFrom] = useState<string | null>(null);
  const code = codeOf(title);
  const sources = workflows.filter(({ publishedVersion }) => publishedVersion !== null);

  async function begin() {
    const content = await contentOf(from ?? "");
    await create(
      (headers) => saveDocumentDraft({ path: workflowName(code), body: { content }, headers }),
      t("document.codeTaken", { code }),
    );
    await changed();
    await navigate({ to: "/changes/workflows/$code/draft", params: { code } });
  }

  async function contentOf(choice: string): Promise<object> {
    const entityType = entityTypes.find(({ name }) => choice === `empty ${name}`);
    if (entityType) return emptyWorkflow(code, title.trim(), entityType);
    const version = sources.find((one) => one.code === choice)?.publishedVersion ?? 0;
    const { data } = await getDocumentVersion({ path: { ...workflowName(choice), version } });
    return copyOf(data.content, choice, code, title.trim());
  }

  return (
    <>
      <Button onClick={() => setAsking(true)}>{t("workflow.new")}</Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("workflow.new")}
        verb={t("document.begin")}
        complete={code !== "" && from !== null}
        run={begin}
      >
        <TextInput
          label={t("workflow.title")}
          placeholder={t("workflow.newExample")}
          description={code === "" ? t("document.codeHint") : t("document.codeIs", { code })}
          required
          maxLength={60}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label={t("document.beginsAs")}
          required
          data={[
            {
              group: t("document.copyOf"),
              items: sources.map((one) => ({ value: one.code, label: one.title })),
            },
            {
              group: t("workflow.empty"),
              items: entityTypes.map((one) => ({
                value: `empty ${one.name}`,
                label: t("workflow.emptyFor", { entityType: one.title }),
              })),
            },
          ]}
          value={from}
          onChange={setFrom}
          allowDeselect={false}
        />
      </ConfirmAction>
    </>
  );
}

import { Select } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getDocumentVersion } from "../../api/generated/sdk.gen.ts";
import type { Document } from "../../api/generated/types.gen.ts";
import { shippedText } from "../../api/server-text.ts";
import { BeginDocument } from "../change-documents/begin-document.tsx";
import { KIND, useEntityTypes, workflowName } from "./documents.ts";
import { copyOf, emptyWorkflow } from "./new-content.ts";

/** Begins a workflow as a draft: a copy of one that is there, or an empty one. */
export function NewWorkflow({ workflows }: { workflows: readonly Document[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: entityTypes = [] } = useEntityTypes();
  const [from, setFrom] = useState<string | null>(null);
  const sources = workflows.filter(({ publishedVersion }) => publishedVersion !== null);

  async function contentOf({ code, title }: { code: string; title: string }): Promise<object> {
    const entityType = entityTypes.find(({ name }) => from === `empty ${name}`);
    if (entityType) return emptyWorkflow(code, title, entityType);
    const source = from ?? "";
    const version = sources.find((one) => one.code === source)?.publishedVersion ?? 0;
    const { data } = await getDocumentVersion({ path: { ...workflowName(source), version } });
    return copyOf(data.content, source, code, title);
  }

  return (
    <BeginDocument
      kind={KIND}
      verb={t("workflow.new")}
      label={t("workflow.title")}
      example={t("workflow.newExample")}
      contentOf={contentOf}
      open={(code) => navigate({ to: "/changes/workflows/$code/draft", params: { code } })}
      complete={from !== null}
    >
      <Select
        label={t("document.beginsAs")}
        required
        data={[
          {
            group: t("document.copyOf"),
            items: sources.map((one) => ({ value: one.code, label: shippedText(one.title) })),
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
    </BeginDocument>
  );
}

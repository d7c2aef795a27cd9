import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { listWorkflowEntityTypes } from "../../api/generated/sdk.gen.ts";
import { inReadersWords } from "../../api/server-text.ts";
import type { DocumentName } from "../change-documents/documents.ts";

export const KIND = "workflow";

export function workflowName(code: string): DocumentName {
  return { kind: KIND, code };
}

/** All that workflows may name, by what runs them. */
export function useEntityTypes() {
  const { i18n } = useTranslation();
  return useQuery({
    queryKey: ["workflow-entity-types", i18n.language],
    queryFn: async ({ signal }) => inReadersWords((await listWorkflowEntityTypes({ signal })).data.data),
    staleTime: 5 * 60_000,
  });
}

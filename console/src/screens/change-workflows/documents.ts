import { useQuery } from "@tanstack/react-query";
import { listWorkflowEntityTypes } from "../../api/generated/sdk.gen.ts";
import type { DocumentName } from "../change-documents/documents.ts";

export const KIND = "workflow";

export function workflowName(code: string): DocumentName {
  return { kind: KIND, code };
}

/** All that workflows may name, by what runs them. */
export function useEntityTypes() {
  return useQuery({
    queryKey: ["workflow-entity-types"],
    queryFn: async ({ signal }) => (await listWorkflowEntityTypes({ signal })).data.data,
    staleTime: 5 * 60_000,
  });
}

import { useQuery } from "@tanstack/react-query";
import {
  getDocument,
  getDocumentVersion,
  listDocumentVersions,
  listWorkflowEntityTypes,
} from "../../api/generated/sdk.gen.ts";

export const KIND = "workflow";

export function useWorkflowDocument(code: string) {
  return useQuery({
    queryKey: ["workflows", "document", code],
    queryFn: async ({ signal }) => (await getDocument({ path: { kind: KIND, code }, signal })).data,
  });
}

/** Versions never change. */
export function useWorkflowVersion(code: string, version: number | null) {
  return useQuery({
    queryKey: ["workflow-version", code, version],
    queryFn: async ({ signal }) =>
      (await getDocumentVersion({ path: { kind: KIND, code, version: version ?? 0 }, signal })).data,
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useVersions(code: string) {
  return useQuery({
    queryKey: ["workflows", "versions", code],
    queryFn: async ({ signal }) =>
      (await listDocumentVersions({ path: { kind: KIND, code }, query: { limit: 50 }, signal })).data.data,
  });
}

/** All that workflows may name, by what runs them. */
export function useEntityTypes() {
  return useQuery({
    queryKey: ["workflow-entity-types"],
    queryFn: async ({ signal }) => (await listWorkflowEntityTypes({ signal })).data.data,
    staleTime: 5 * 60_000,
  });
}

import { useQuery, useQueryClient } from "@tanstack/react-query";
import {
  getDocument,
  getDocumentVersion,
  listDocumentKinds,
  listDocuments,
  listDocumentVersions,
} from "../../api/generated/sdk.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";

/** Which document: its kind, and its code within it. */
export type DocumentName = { readonly kind: string; readonly code: string };

/** All documents of a kind, with what is in force and what is being prepared. */
export function useDocuments(kind: string) {
  return useCursorList(["documents", kind, "list"], (after, signal) =>
    listDocuments({ query: { kind, after, limit: pageSize }, signal }),
  );
}

export function useDocument(path: DocumentName) {
  return useQuery({
    queryKey: ["documents", path.kind, "one", path.code],
    queryFn: async ({ signal }) => (await getDocument({ path, signal })).data,
  });
}

/** Versions never change, but for being replaced. */
export function useVersion({ kind, code }: DocumentName, version: number | null) {
  return useQuery({
    queryKey: ["documents", kind, "version", code, version],
    queryFn: async ({ signal }) =>
      (await getDocumentVersion({ path: { kind, code, version: version ?? 0 }, signal })).data,
    enabled: version !== null,
  });
}

export function useVersions(path: DocumentName) {
  return useQuery({
    queryKey: ["documents", path.kind, "versions", path.code],
    queryFn: async ({ signal }) => (await listDocumentVersions({ path, query: { limit: 200 }, signal })).data.data,
  });
}

/** They come with the release. */
export function useDocumentKinds() {
  return useQuery({
    queryKey: ["document-kinds"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => (await listDocumentKinds({ signal })).data.data,
  });
}

/** After something of a document was changed here. */
export function useDocumentsChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["documents"] });
}

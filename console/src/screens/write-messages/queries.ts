import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { listChannels, listMessageTriggers } from "../../api/generated/sdk.gen.ts";
import type { DocumentName } from "../change-documents/documents.ts";
import { KIND } from "./template-content.ts";
import { readVariables, type Variables } from "./variables.ts";

export function templateName(code: string): DocumentName {
  return { kind: KIND, code };
}

/** What customers can be told of, and what its templates may name. */
export function useTriggers() {
  return useQuery({
    queryKey: ["documents", KIND, "triggers"],
    queryFn: async ({ signal }) => (await listMessageTriggers({ signal })).data.data,
  });
}

const nothing: Variables = { values: [], lists: [] };

export function useVariables(trigger: string): Variables {
  const { data } = useTriggers();
  const context = data?.find(({ code }) => code === trigger)?.context;
  return useMemo(() => (context ? readVariables(context) : nothing), [context]);
}

/** The sales channels and their brands, to limit a template to one of them. */
export function useScopes() {
  const { data: channels = [] } = useQuery({
    queryKey: ["channels", "all"],
    queryFn: async ({ signal }) => (await listChannels({ query: { limit: 200 }, signal })).data.data,
  });
  return { channels, brands: [...new Set(channels.map(({ brand }) => brand))].filter(Boolean).toSorted() };
}

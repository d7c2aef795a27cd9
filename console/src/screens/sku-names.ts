import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { listSkus } from "../api/generated/sdk.gen.ts";

/** The API's own limit of one call. */
const mostAtOnce = 200;

/** The names of those of the codes that the catalog has: one call for up to 200. */
export async function readSkuNames(codes: readonly string[], signal?: AbortSignal): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (let from = 0; from < codes.length; from += mostAtOnce) {
    const part = codes.slice(from, from + mostAtOnce);
    const { data } = await listSkus({ query: { codes: part.join(","), limit: mostAtOnce }, signal });
    for (const { code, name } of data.data) names.set(code, name);
  }
  return names;
}

export function useSkuNames(codes: readonly string[]) {
  const asked = [...new Set(codes.filter(isSkuCode))].toSorted();
  return useQuery({
    queryKey: ["skus", "names", asked],
    staleTime: 300_000,
    queryFn: ({ signal }) => readSkuNames(asked, signal),
    enabled: asked.length > 0,
    placeholderData: keepPreviousData,
  });
}

/** What can be a code at all; anything else would refuse the whole call. */
export function isSkuCode(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/.test(text);
}

/** The codes of a copied column or list; one alone is typed, not pasted. */
export function pastedCodes(text: string): string[] {
  const codes = text.split(/[\s,;"']+/).filter(Boolean);
  return codes.length > 1 ? [...new Set(codes)] : [];
}

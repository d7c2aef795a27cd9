import { useQuery } from "@tanstack/react-query";
import { listDocuments } from "../api/generated/sdk.gen.ts";
import { useCan } from "../api/session.ts";
import { shippedText } from "../api/server-text.ts";

/** Retailers have a dozen. */
const most = 200;

/** The names of the methods and services that an order may name by their code; what is no document stays as it was said. */
export function useServiceName(): (code: string) => string {
  const can = useCan();
  const { data } = useQuery({
    queryKey: ["documents", "fulfillment-method", "names"],
    queryFn: async ({ signal }) => {
      const kinds = ["carrier-service", "fulfillment-method"];
      const pages = await Promise.all(kinds.map((kind) => listDocuments({ query: { kind, limit: most }, signal })));
      return new Map(pages.flatMap((page) => page.data.data.map(({ code, title }) => [code, shippedText(title)])));
    },
    enabled: can("documents:read"),
  });
  return (code) => data?.get(code) ?? code;
}

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { getOrderTimeline } from "../../api/generated/sdk.gen.ts";
import type { Order } from "../../api/generated/types.gen.ts";
import { Panel } from "../../ui/panel.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { Timeline } from "../../ui/timeline.tsx";
import { useEventText } from "./event-text.ts";

/** Who did what, when and why, from the event feed. */
export function OrderTimeline({ order }: { order: Order }) {
  const { t } = useTranslation();
  const entryOf = useEventText();
  const { data, error, refetch } = useQuery({
    queryKey: ["order", order.id, "timeline"],
    queryFn: async ({ signal }) => (await getOrderTimeline({ path: { id: order.id }, signal })).data.data,
  });
  return (
    <Panel title={t("order.timeline")}>
      {data ? (
        <Timeline label={t("order.timeline")} entries={data.toReversed().map(entryOf)} />
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <Loading lines={6} />
      )}
    </Panel>
  );
}

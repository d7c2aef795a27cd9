import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { getAvailability } from "../../api/generated/sdk.gen.ts";
import { useCan } from "../../api/session.ts";
import { formatCount } from "../../ui/format.ts";
import { Panel } from "../../ui/panel.tsx";
import { Loading } from "../../ui/states.tsx";
import { StatusBadge, type Tone } from "../../ui/status-badge.tsx";
import { useChannelOptions } from "../places.tsx";
import classes from "./stock.module.css";

const labels = {
  in_stock: "ready",
  low_stock: "attention",
  out_of_stock: "trouble",
  unknown: "stopped",
} as const satisfies Record<string, Tone>;

function isLabel(text: string): text is keyof typeof labels {
  return text in labels;
}

/** What each channel tells its customers now. */
export function ChannelAvailability({ sku }: { sku: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const channels = useChannelOptions();
  const answers = useQueries({
    queries: (can("availability:read") ? channels : []).map((channel) => ({
      queryKey: ["availability", channel.value, sku],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await getAvailability({ query: { channel: channel.value, skus: sku }, signal })).data.items[0],
    })),
  });
  if (!can("availability:read")) return null;
  return (
    <Panel
      title={t("stock.byChannel")}
      actions={can("documents:read") && <Link to="/availability-rules">{t("control.title")}</Link>}
      bleed
    >
      {channels.length === 0 ? (
        <Loading />
      ) : (
        <table className={classes.table}>
          <tbody>
            {channels.map((channel, index) => {
              const answer = answers[index]?.data;
              return (
                <tr key={channel.value}>
                  <th scope="row" style={{ fontSize: "inherit", color: "inherit" }}>
                    {channel.label}
                  </th>
                  <td data-numeric>{answer ? formatCount(answer.quantity) : "…"}</td>
                  <td>
                    {answer && isLabel(answer.label) && (
                      <StatusBadge tone={labels[answer.label]}>{t(`stock.label.${answer.label}`)}</StatusBadge>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { listMessages } from "../../api/generated/sdk.gen.ts";
import type { Order } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import cards from "../card.module.css";
import classes from "./order.module.css";
import { MessageState, useTriggerText } from "../message-facts.tsx";

/** What the customer of the order was told. */
export function OrderMessages({ order }: { order: Order }) {
  const { t } = useTranslation();
  const can = useCan();
  const mayRead = can("messages:read");
  const triggerText = useTriggerText();
  const { data, error, refetch } = useQuery({
    queryKey: ["messages", "of", order.id],
    queryFn: async ({ signal }) => (await listMessages({ query: { order: order.id, limit: 50 }, signal })).data.data,
    enabled: mayRead,
  });
  if (!mayRead) return null;
  return (
    <Panel title={t("message.title")}>
      {data === undefined ? (
        error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : (
          <Loading lines={3} />
        )
      ) : data.length === 0 ? (
        <Empty small title={t("message.noneOfOrder")} />
      ) : (
        data.map((message) => (
          <span key={message.id} className={`${cards.line} ${classes.message}`}>
            <Link to="/messages/$messageId" params={{ messageId: message.id }}>
              {triggerText(message.trigger)}
            </Link>
            <MessageState of={message.state} />
            <span className={`${cards.end} faint`}>
              <DateTime at={message.stateAt} />
            </span>
          </span>
        ))
      )}
    </Panel>
  );
}

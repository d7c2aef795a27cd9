import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconBan } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cancelOrders } from "../../api/generated/sdk.gen.ts";
import { serverText } from "../../api/server-text.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { useCancelReasons } from "../reasons.ts";

/** The API's own limit of one bulk call. */
const mostAtOnce = 1000;

/** Cancels what is selected, each order by itself: those that have left already stay, and the answer says how many. */
export default function CancelSelected({ ids, done }: { ids: ReadonlySet<string>; done: () => void }) {
  const { t } = useTranslation();
  const reasons = useCancelReasons();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const tooMany = ids.size > mostAtOnce;

  async function cancel(reason: string) {
    const items = [...ids].map((order) => ({ order, reason }));
    const { data } = await cancelOrders({ body: { items } });
    const refused = data.items.filter((item) => item.problem);
    notifications.show({
      color: refused.length > 0 ? "yellow" : "green",
      title: t("orders.cancelled", { count: data.items.length - refused.length }),
      message:
        refused.length > 0
          ? t("orders.notCancelled", { count: refused.length, why: serverText(refused[0]?.problem?.detail ?? "") })
          : "",
    });
    await queries.invalidateQueries({ queryKey: ["orders"] });
    done();
  }

  return (
    <>
      <Button
        size="compact-sm"
        variant="light"
        color="red"
        leftSection={<IconBan size={14} aria-hidden="true" />}
        disabled={tooMany}
        onClick={() => setAsking(true)}
      >
        {t("orders.cancelSelected", { count: ids.size })}
      </Button>
      {tooMany && t("orders.tooManySelected", { most: mostAtOnce })}
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("orders.cancelSelected", { count: ids.size })}
        verb={t("orders.cancelSelected", { count: ids.size })}
        danger
        reasons={reasons}
        reasonHint={t("action.readByOthers")}
        run={({ reason }) => cancel(reason)}
      >
        <p style={{ margin: 0 }}>{t("orders.cancelEffect")}</p>
      </ConfirmAction>
    </>
  );
}

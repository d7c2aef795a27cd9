import { Button, SegmentedControl } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  confirmMassAction,
  getMassAction,
  getMassActionEffect,
  listMassActionItems,
  undoMassAction,
  withdrawMassAction,
} from "../../api/generated/sdk.gen.ts";
import type { MassAction } from "../../api/generated/types.gen.ts";
import { useCursorList } from "../../api/list.ts";
import { serverText } from "../../api/server-text.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount, formatMoney } from "../../ui/format.ts";
import { Progress } from "../../ui/meter.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { StatTile, StatTiles } from "../../ui/stat-tile.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useMassReasonText } from "../reasons.ts";
import { Status } from "../statuses.tsx";
import { isWorking, progressOf, toneOfState, useActionText, useFilterText } from "./mass-action-facts.ts";
import classes from "./mass-action.module.css";

const route = getRouteApi("/signed-in/mass-actions/$massActionId");
const pollMs = 500;
const shownAtOnce = 25;

/** One action on many orders: what it is about, how far it is, what can be decided, and what became of each order. */
export function MassActionPage() {
  const { t } = useTranslation();
  const actionText = useActionText();
  const filterText = useFilterText();
  const reasonText = useMassReasonText();
  const { massActionId } = route.useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ["mass-action", massActionId],
    queryFn: async ({ signal }) => (await getMassAction({ path: { id: massActionId }, signal })).data,
    refetchInterval: ({ state }) => (state.data && isWorking(state.data) ? pollMs : false),
  });
  const above = <Link to="/mass-actions">{t("mass.title")}</Link>;
  if (!data) {
    return (
      <Page title={t("mass.one", { number: "…" })} above={above}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page
      title={t("mass.one", { number: data.number })}
      above={above}
      badges={<StatusBadge tone={toneOfState[data.state]}>{t(`mass.state.${data.state}`)}</StatusBadge>}
      facts={
        <>
          {actionText(data.action)} · {reasonText(data.reason)} · {t("mass.filter")} {filterText(data.filter)} ·{" "}
          {data.begunByName ?? data.begunBy} · <DateTime at={data.begunAt} show="date-time" />
        </>
      }
      actions={<Decisions action={data} />}
    >
      <div className={classes.page}>
        {data.stopped && (
          <p className={classes.lead} role="alert">
            {t(data.state === "undoing" ? "mass.stoppedUndoing" : "mass.stopped")}
          </p>
        )}
        {data.state === "ready" && <p className={classes.lead}>{t("mass.readyText")}</p>}
        {isWorking(data) && <Progress ratio={progressOf(data)} label={t("mass.progress")} />}
        <StatTiles label={t("mass.progress")}>
          <StatTile label={t("mass.orders")} value={data.orders} />
          <StatTile label={t("mass.pending")} value={data.pending} tone={data.pending > 0 ? "working" : undefined} />
          <StatTile label={t("mass.refused")} value={data.refused} tone={data.refused > 0 ? "trouble" : undefined} />
          {data.skipped > 0 && <StatTile label={t("mass.skipped")} value={data.skipped} />}
        </StatTiles>
        <Effect action={data} />
        {data.orders > 0 && <Items action={data} />}
      </div>
    </Page>
  );
}

/** What goes on can be given up while its orders are held; what ends them only once more, when nobody does it. */
function mayWithdraw({ state, stopped }: MassAction): boolean {
  return state === "holding" || state === "ready" || state === "running" || (state === "withdrawing" && stopped);
}

function mayUndo({ state, stopped, reversible }: MassAction): boolean {
  return (state === "done" && reversible) || (state === "undoing" && stopped);
}

function Decisions({ action }: { action: MassAction }) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<"confirm" | "withdraw" | "undo" | null>(null);
  if (!can("orders:hold")) return null;
  const path = { id: action.id };
  const decide = (decision: () => Promise<unknown>) => async () => {
    await decision();
    await queries.invalidateQueries({ queryKey: ["mass-action", action.id] });
  };
  const close = () => setAsking(null);
  const orders = formatCount(action.orders);
  const verb = action.action === "cancel" ? t("mass.confirm", { orders }) : t("mass.confirmOther", { orders });
  return (
    <>
      {mayWithdraw(action) && (
        <Button variant="default" onClick={() => setAsking("withdraw")}>
          {t("mass.withdraw")}
        </Button>
      )}
      {action.state === "ready" && (
        <Button color="red" onClick={() => setAsking("confirm")}>
          {verb}
        </Button>
      )}
      {mayUndo(action) && (
        <Button variant="default" onClick={() => setAsking("undo")}>
          {t("mass.undo")}
        </Button>
      )}
      <ConfirmAction
        opened={asking === "confirm"}
        onClose={close}
        title={verb}
        verb={verb}
        danger
        run={decide(() => confirmMassAction({ path, body: {} }))}
      >
        {action.action === "cancel" && <p className={classes.lead}>{t("mass.confirmText")}</p>}
      </ConfirmAction>
      <ConfirmAction
        opened={asking === "withdraw"}
        onClose={close}
        title={t("mass.withdrawTitle")}
        verb={t("mass.withdraw")}
        run={decide(() => withdrawMassAction({ path, body: {} }))}
      >
        <p className={classes.lead}>
          {t(action.state === "running" ? "mass.withdrawRunningText" : "mass.withdrawText")}
        </p>
      </ConfirmAction>
      <ConfirmAction
        opened={asking === "undo"}
        onClose={close}
        title={t("mass.undoTitle")}
        verb={t("mass.undo")}
        run={decide(() => undoMassAction({ path, body: {} }))}
      >
        <p className={classes.lead}>{t("mass.undoText")}</p>
      </ConfirmAction>
    </>
  );
}

function Effect({ action }: { action: MassAction }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["mass-action", action.id, "effect", action.state],
    queryFn: async ({ signal }) => (await getMassActionEffect({ path: { id: action.id }, signal })).data,
  });
  if (!data) return error ? <Failed error={error} retry={() => void refetch()} /> : <Loading />;
  return (
    <Panel title={t("mass.effect")}>
      <StatTiles label={t("mass.effect")}>
        <StatTile label={t("mass.units")} value={data.units} />
        {data.amounts.map(({ currency, amount }) => (
          <StatTile key={currency} label={t("mass.money")} value={formatMoney(amount, currency)} />
        ))}
        <StatTile
          label={t("mass.beingPicked")}
          value={data.beingPicked}
          tone={data.beingPicked > 0 ? "attention" : undefined}
        />
        <StatTile
          label={t("mass.shipped")}
          value={data.shipped}
          tone={data.shipped > 0 ? "attention" : undefined}
          note={data.shipped > 0 && t("mass.shippedNote")}
        />
        <StatTile label={t("mass.heldOtherwise")} value={data.heldOtherwise} />
      </StatTiles>
    </Panel>
  );
}

/** The orders one by one, those that were refused first: what became of each, and why. */
function Items({ action }: { action: MassAction }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<"all" | "refused">();
  const shown = action.refused === 0 ? "all" : (chosen ?? "refused");
  const { list, rows } = useCursorList(["mass-action", action.id, "items", shown, action.state], (after, signal) =>
    listMassActionItems({
      path: { id: action.id },
      query: { after, limit: shownAtOnce, ...(shown === "refused" ? { state: shown } : {}) },
      signal,
    }),
  );
  return (
    <Panel
      title={t("mass.orders")}
      beside={
        action.refused > 0 && (
          <SegmentedControl
            size="xs"
            aria-label={t("mass.orders")}
            value={shown}
            onChange={(value) => setChosen(value === "all" ? "all" : "refused")}
            data={[
              { value: "refused", label: `${t("mass.refused")} ${formatCount(action.refused)}` },
              { value: "all", label: `${t("mass.all")} ${formatCount(action.orders)}` },
            ]}
          />
        )
      }
      bleed
    >
      {list.isPending ? (
        <Loading />
      ) : (
        <ul className={classes.items}>
          {rows.map((item) => (
            <li key={item.orderId}>
              <Link to="/orders/$orderId" params={{ orderId: item.orderId }}>
                {item.orderNumber}
              </Link>
              <Status of={item.status} />
              {item.detail && <span>{serverText(item.detail)}</span>}
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("ui.loadMore")}
        </Button>
      )}
    </Panel>
  );
}

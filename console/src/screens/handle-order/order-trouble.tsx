import { Button } from "@mantine/core";
import { IconClockExclamation, IconHandStop, IconPackageOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Trans, useTranslation } from "react-i18next";
import { releaseHold } from "../../api/generated/sdk.gen.ts";
import type { Hold, Order } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { DateTime, useNow } from "../../ui/date-time.tsx";
import { useLocationNames } from "../places.tsx";
import { useHoldReasonText } from "../reasons.ts";
import { useOrderChanged } from "./order-changed.ts";
import { openQuestionOf, QuestionNotice } from "./order-questions.tsx";
import classes from "./order.module.css";

/** States of the shipped workflows in which no stock is looked for yet. */
const waitsBefore: Readonly<
  Record<string, "order.waitsForRelease" | "order.inProduction" | "order.toBePerformed" | "order.undecided">
> = {
  waitingForRelease: "order.waitsForRelease",
  inProduction: "order.inProduction",
  toBePerformed: "order.toBePerformed",
  undecided: "order.undecided",
};

/** What keeps this order from moving, each with what can be done about it. Nothing is shown when nothing does. */
export function Trouble({ order }: { order: Order }) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const now = useNow();
  const waiting = order.lines.filter((line) => line.backordered > 0);
  const late = order.fulfillmentOrders.filter(
    (each) => each.dueAt && Date.parse(each.dueAt) < now && each.lines.some(isOpen) && !order.historical,
  );
  const holds = order.holds.filter((hold) => hold.releasedAt === null);
  const question = openQuestionOf(order);
  if (holds.length + waiting.length + late.length === 0 && question === undefined) return null;
  return (
    <section className={classes.trouble} aria-label={t("order.trouble")}>
      {holds.map((hold) => (
        <HoldNotice key={hold.id} order={order} hold={hold} />
      ))}
      {question && <QuestionNotice order={order} question={question} />}
      {late.map((each) => (
        <div key={each.id} className={classes.notice} data-tone="trouble">
          <IconClockExclamation size={18} stroke={1.6} aria-hidden="true" />
          <span className={classes.noticeText}>
            {t("order.late", { location: nameOf(each.location) })} <DateTime at={each.dueAt} />
          </span>
          <Button
            size="compact-sm"
            variant="default"
            renderRoot={(root) => (
              <Link {...root} to="/fulfillment/$fulfillmentOrderId" params={{ fulfillmentOrderId: each.id }} />
            )}
          >
            {t("order.openWork")}
          </Button>
        </div>
      ))}
      {waiting.map((line) => (
        <div key={line.lineNumber} className={classes.notice}>
          <IconPackageOff size={18} stroke={1.6} aria-hidden="true" />
          <span className={classes.noticeText}>
            {t(waitsBefore[order.state] ?? "order.backordered", { count: line.backordered, name: line.name })}
          </span>
          {waitsBefore[order.state] === undefined && (
            <Button
              size="compact-sm"
              variant="default"
              renderRoot={(root) => <Link {...root} to="/inventory/$sku" params={{ sku: line.sku }} />}
            >
              {t("order.openStock")}
            </Button>
          )}
        </div>
      ))}
    </section>
  );
}

function isOpen(line: { quantity: number; shipped: number; withdrawn: number }): boolean {
  return line.quantity > line.shipped + line.withdrawn;
}

function HoldNotice({ order, hold }: { order: Order; hold: Hold }) {
  const { t } = useTranslation();
  const can = useCan();
  const reasonText = useHoldReasonText();
  const changed = useOrderChanged();
  const [releasing, setReleasing] = useState(false);
  return (
    <div className={classes.notice}>
      <IconHandStop size={18} stroke={1.6} aria-hidden="true" />
      <span className={classes.noticeText}>
        <Trans i18nKey="order.heldFor" values={{ reason: reasonText(hold.reason) }} components={{ b: <strong /> }} />{" "}
        {hold.note && <>“{hold.note}” </>}
        <span className="soft">
          <DateTime at={hold.placedAt} />
          {hold.placedByName && <> · {hold.placedByName}</>}
        </span>
      </span>
      {can("orders:hold") && (
        <Button size="compact-sm" variant="default" onClick={() => setReleasing(true)}>
          {t("order.release")}
        </Button>
      )}
      <ConfirmAction
        opened={releasing}
        onClose={() => setReleasing(false)}
        title={t("order.releaseTitle", { reason: reasonText(hold.reason) })}
        verb={t("order.release")}
        run={async () => {
          await releaseHold({ path: { id: order.id, holdId: hold.id } });
          await changed();
        }}
      >
        <p style={{ margin: 0 }}>{t("order.releaseEffect")}</p>
      </ConfirmAction>
    </div>
  );
}

import { UnstyledButton } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { FulfillmentOrder } from "../../api/generated/types.gen.ts";
import { Panel } from "../../ui/panel.tsx";
import { Picture } from "../../ui/picture.tsx";
import { formatCount } from "../../ui/format.ts";
import { Meter } from "../../ui/meter.tsx";
import classes from "./work.module.css";

type PickListProps = {
  work: FulfillmentOrder;
  picked: ReadonlySet<number>;
  change: (picked: ReadonlySet<number>) => void;
};

/** What to fetch. While picking, a tap anywhere on a line ticks it off. */
export function PickList({ work, picked, change }: PickListProps) {
  const { t } = useTranslation();
  const picking = work.status === "picking";
  const lines = work.lines.filter((line) => line.quantity > line.withdrawn);
  const done = lines.filter((line) => picked.has(line.lineNumber)).length;

  function toggle(lineNumber: number) {
    const next = new Set(picked);
    if (!next.delete(lineNumber)) next.add(lineNumber);
    change(next);
  }

  return (
    <Panel
      title={picking ? t("work.pick") : t("work.items")}
      beside={
        picking && (
          <span className="faint" role="status">
            {t("work.pickedOf", { done, count: lines.length })}
          </span>
        )
      }
      bleed
    >
      {picking && (
        <div className={classes.meter}>
          <Meter ratio={done / lines.length} label={t("work.pick")} tone={done === lines.length ? "good" : "accent"} />
        </div>
      )}
      <ul className={classes.lines}>
        {lines.map((line) => {
          const isPicked = picked.has(line.lineNumber);
          const content = (
            <>
              <Picture url={line.imageUrl} size={52} />
              <span className={classes.lineText}>
                <span className={classes.lineName}>{line.name}</span>
                <span className="code faint">{line.sku}</span>
              </span>
              <span className={classes.quantity}>
                {formatCount(line.quantity - line.withdrawn)}
                <span className="faint"> ×</span>
              </span>
            </>
          );
          return (
            <li key={line.lineNumber}>
              {picking ? (
                <UnstyledButton
                  role="checkbox"
                  aria-checked={isPicked}
                  className={classes.line}
                  data-picked={isPicked || undefined}
                  onClick={() => toggle(line.lineNumber)}
                >
                  <span className={classes.tick} aria-hidden="true">
                    {isPicked && <IconCheck size={18} stroke={2.6} />}
                  </span>
                  {content}
                </UnstyledButton>
              ) : (
                <div className={classes.line}>{content}</div>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { serverText } from "../../api/server-text.ts";
import { previewAvailabilityControls } from "../../api/generated/sdk.gen.ts";
import type { ControlsEffect } from "../../api/generated/types.gen.ts";
import { useNow } from "../../ui/date-time.tsx";
import { formatCount, formatDateTime } from "../../ui/format.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Loading, ProblemNote } from "../../ui/states.tsx";
import documents from "../change-documents/document.module.css";
import type { Saving } from "../change-documents/use-draft.ts";
import { useChannelOptions } from "../places.tsx";
import { type Controls, edgesAfter } from "./control-content.ts";
import classes from "./controls.module.css";

/** Looking at all stock costs the server seconds where there is much: whoever goes on typing is not asked for. */
const pauseMs = 1000;

type PreviewEffectProps = {
  controls: Controls;
  /** Only of what is saved it is known whether it has faults. */
  state: Saving;
  isSound: boolean;
};

/** What publishing would change for each channel, with the stock of now. */
export function PreviewEffect({ controls, state, isSound }: PreviewEffectProps) {
  const { t } = useTranslation();
  const now = useNow();
  const [moment, setMoment] = useState<string | null>(null);
  const edges = edgesAfter(controls.rules, now);
  const at = moment !== null && edges.includes(moment) ? moment : undefined;
  const trial = useMemo(() => ({ content: controls, ...(at && { at }) }), [controls, at]);
  const [asked] = useDebouncedValue(trial, pauseMs);
  const isAsked = asked === trial && state === "saved";
  const { data, error, refetch, isFetching, isPlaceholderData } = useQuery({
    queryKey: ["preview-controls", asked],
    queryFn: async ({ signal }) => (await previewAvailabilityControls({ body: asked, signal })).data,
    enabled: isSound && isAsked,
    retry: false,
    placeholderData: keepPreviousData,
  });
  const isTheirs = isAsked && data !== undefined && !isPlaceholderData;
  return (
    <Panel title={t("control.preview")}>
      <div className={classes.fields}>
        {edges.length > 0 && (
          <Select
            label={t("control.previewAt")}
            data={[
              { value: "now", label: t("control.now") },
              ...edges.map((edge) => ({ value: edge, label: formatDateTime(new Date(edge)) })),
            ]}
            value={at ?? "now"}
            onChange={(next) => setMoment(next === "now" ? null : next)}
            allowDeselect={false}
          />
        )}
        {!isSound ? (
          <Empty small title={t("control.previewFaulty")} />
        ) : error && isAsked ? (
          <ProblemNote error={error} retry={() => void refetch()} retrying={isFetching} />
        ) : (
          <>
            {!isTheirs && (
              <p role="status" className={classes.working}>
                {t(state === "failed" || state === "conflict" ? "control.previewUnsaved" : "control.previewWorking")}
              </p>
            )}
            {data ? (
              <div className={classes.fields} data-stale={!isTheirs || undefined} aria-busy={!isTheirs}>
                <Warnings controls={controls} warnings={data.warnings} />
                <Effect effect={data} />
              </div>
            ) : (
              <Loading />
            )}
          </>
        )}
      </div>
    </Panel>
  );
}

type WarningsProps = { controls: Controls; warnings: ControlsEffect["warnings"] };

/** What rules name that the catalog does not have. */
function Warnings({ controls, warnings }: WarningsProps) {
  if (warnings.length === 0) return null;
  const ruleAt = (pointer: string) => controls.rules[Number(pointer.split("/")[2])];
  const nameAt = (pointer: string) => {
    const [, , , , kind, index] = pointer.split("/");
    const named = kind === "skus" || kind === "categories" ? ruleAt(pointer)?.scope?.[kind] : undefined;
    return named?.[Number(index)];
  };
  return (
    <ul className={documents.faults} data-tone="attention">
      {warnings.map(({ pointer, message }) => (
        <li key={`${pointer} ${message}`}>
          {[ruleAt(pointer)?.name, nameAt(pointer)].filter(Boolean).join(" · ")}: {serverText(message)}
        </li>
      ))}
    </ul>
  );
}

function Effect({ effect }: { effect: ControlsEffect }) {
  const { t } = useTranslation();
  const channels = useChannelOptions();
  const nameOf = (code: string) => channels.find(({ value }) => value === code)?.label ?? code;
  const changed = effect.channels.filter(({ skusLosing, skusGaining }) => skusLosing + skusGaining > 0);
  if (changed.length === 0) return <Empty small title={t("control.noEffect")} />;
  return (
    <>
      <div role="status">
        <ul className={classes.lines}>
          {changed.map(({ channel, skusLosing, unitsLost, skusGaining, unitsGained }) => (
            <li key={channel}>
              {[
                ...(skusLosing > 0
                  ? [t("control.loses", { count: skusLosing, units: formatCount(unitsLost), channel: nameOf(channel) })]
                  : []),
                ...(skusGaining > 0
                  ? [
                      t("control.gains", {
                        count: skusGaining,
                        units: formatCount(unitsGained),
                        channel: nameOf(channel),
                      }),
                    ]
                  : []),
              ].join(" ")}
            </li>
          ))}
        </ul>
      </div>
      <table className={classes.effect} aria-label={t("control.unitsByChannel")}>
        <thead>
          <tr>
            <th scope="col">{t("control.channel")}</th>
            <th scope="col" data-numeric>
              {t("control.before")}
            </th>
            <th scope="col" data-numeric>
              {t("control.after")}
            </th>
          </tr>
        </thead>
        <tbody>
          {effect.channels.map(({ channel, unitsBefore, unitsAfter }) => (
            <tr key={channel}>
              <td>{nameOf(channel)}</td>
              <td data-numeric>{formatCount(unitsBefore)}</td>
              <td data-numeric>{formatCount(unitsAfter)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3 style={{ margin: 0, fontSize: "0.875rem" }}>{t("control.examples")}</h3>
      <ul className={classes.lines}>
        {effect.examples.map(({ channel, sku, name, before, after, rules }) => (
          <li key={`${channel} ${sku}`} className={classes.example}>
            <span>
              <Link to="/inventory/$sku" params={{ sku }}>
                {name}
              </Link>{" "}
              <span className="soft">
                {nameOf(channel)}
                {rules.length > 0 && ` · ${rules.join(", ")}`}
              </span>
            </span>
            <span>
              {formatCount(before)} → <strong>{formatCount(after)}</strong>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

import { Checkbox, Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { migrateWorkflow } from "../../api/generated/sdk.gen.ts";
import type { LiveStates } from "../../api/generated/types.gen.ts";
import { type PublishDialog, PublishDocument } from "../change-documents/publish-document.tsx";
import { countAll, lostStates } from "./live-states.ts";
import classes from "./publish.module.css";
import { type Chart, restingStates } from "./statechart.ts";
import { stateName } from "./workflow-words.ts";

type PublishProps = { dialog: PublishDialog; chart: Chart; versions: LiveStates["versions"] };

/** Publishing a workflow also decides what happens to what is under way in it. */
export function Publish({ dialog, chart, versions }: PublishProps) {
  const { t } = useTranslation();
  const [mapping, setMapping] = useState<Readonly<Record<string, string>>>({});
  const [moveAll, setMoveAll] = useState(false);
  const lost = lostStates(versions, new Set(chart.states.keys()));
  const places = restingStates(chart);

  /** Everything under way if that is wanted, else what stands in states that are gone. */
  async function moveOn(version: number): Promise<string> {
    let moved = 0;
    let refused = 0;
    if (moveAll || lost.length > 0) {
      let left = 1;
      let done = 1;
      // What is refused stays and would be tried for ever: who makes no headway stops.
      while (left > 0 && done > 0) {
        const { data } = await migrateWorkflow({
          path: { code: dialog.name.code },
          body: { toVersion: version, mapping },
        });
        done = data.items.filter(({ status }) => status === "ok").length;
        moved += done;
        refused = data.left;
        left = data.left;
      }
    }
    return [
      moved > 0 ? t("workflow.moved", { count: moved }) : "",
      refused > 0 ? t("workflow.notMoved", { count: refused }) : "",
    ].join(" ");
  }

  return (
    <PublishDocument
      {...dialog}
      effect={t("document.publishEffect")}
      example={t("workflow.noteExample")}
      decided={lost.every(({ state }) => mapping[state] !== undefined)}
      options={lost.length > 0 ? { mapping } : undefined}
      carryOut={moveOn}
    >
      {lost.length > 0 && (
        <section>
          <h3 className={classes.heading}>{t("workflow.lostTitle")}</h3>
          <p className="soft">{t("workflow.lostHint")}</p>
          {lost.map(({ state, count }) => (
            <Select
              key={state}
              label={t("workflow.lostState", { count, state: stateName(state) })}
              data={places.map(({ path }) => ({ value: path, label: stateName(path) }))}
              value={mapping[state] ?? null}
              required
              onChange={(to) => to !== null && setMapping((before) => ({ ...before, [state]: to }))}
            />
          ))}
        </section>
      )}
      {lost.length === 0 && countAll(versions) > 0 && (
        <Checkbox
          label={t("workflow.moveAll", { count: countAll(versions) })}
          description={t("workflow.moveAllHint")}
          checked={moveAll}
          onChange={(event) => setMoveAll(event.currentTarget.checked)}
        />
      )}
    </PublishDocument>
  );
}

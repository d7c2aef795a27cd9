import { Button, Modal, SegmentedControl, Stack } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rehearseWorkflow } from "../../api/generated/sdk.gen.ts";
import { shippedText } from "../../api/server-text.ts";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { ChooseEntity, useEntityChoice } from "../change-documents/choose-entity.tsx";
import { useEntityTypes } from "./documents.ts";
import type { Chart, WorkflowJson } from "./statechart.ts";
import { Tried } from "./tried.tsx";
import classes from "./try-workflow.module.css";
import { useWorkflowWords } from "./workflow-words.ts";

type TryWorkflowProps = { workflow: WorkflowJson; chart: Chart; close: () => void };

/** A real order goes through the draft, in memory: where it would get, why, and what each step would do (X5). */
export function TryWorkflow({ workflow, chart, close }: TryWorkflowProps) {
  const { t } = useTranslation();
  const { data: entityTypes } = useEntityTypes();
  const entityType = entityTypes?.find(({ name }) => name === workflow.meta.entityType);
  const words = useWorkflowWords(workflow, entityType);
  const ofOrders = workflow.meta.entityType === "order";
  const entity = useEntityChoice(ofOrders);
  const [from, setFrom] = useState<"now" | "start">(ofOrders ? "start" : "now");
  const [events, setEvents] = useState<readonly string[]>([]);
  const { data, error, isFetching } = useQuery({
    queryKey: ["rehearse", workflow, entity.asked, from, events],
    queryFn: async ({ signal }) =>
      (
        await rehearseWorkflow({
          body: { content: workflow, ...entity.asked, from, events: events.map((type) => ({ type })) },
          signal,
        })
      ).data,
    enabled: entity.ready,
    retry: false,
    placeholderData: keepPreviousData,
  });
  return (
    <Modal
      opened
      onClose={close}
      size="xl"
      title={<strong>{t("workflow.tryTitle", { title: shippedText(workflow.meta.title) })}</strong>}
      closeButtonProps={{ "aria-label": t("ui.close") }}
    >
      <Stack gap="md">
        <p style={{ margin: 0 }} className="soft">
          {t("workflow.tryAbout")}
        </p>
        <div className={classes.choices}>
          <ChooseEntity choice={entity} changed={() => setEvents([])} />
          {ofOrders && (
            <div>
              <span className={classes.label}>{t("workflow.tryFrom")}</span>
              <SegmentedControl
                fullWidth
                value={from}
                onChange={(value) => {
                  setFrom(value === "now" ? "now" : "start");
                  setEvents([]);
                }}
                aria-label={t("workflow.tryFrom")}
                data={[
                  { value: "start", label: t("workflow.tryFromStart") },
                  { value: "now", label: t("workflow.tryFromNow") },
                ]}
              />
            </div>
          )}
        </div>
        {!entity.ready ? (
          <Empty small title={t("workflow.tryChoose")} />
        ) : error ? (
          <>
            <Failed error={error} />
            {events.length > 0 && (
              <Button variant="default" onClick={() => setEvents(events.slice(0, -1))}>
                {t("workflow.tryBack")}
              </Button>
            )}
          </>
        ) : !data ? (
          <Loading lines={6} />
        ) : (
          <Tried
            answer={data}
            workflow={workflow}
            chart={chart}
            words={words}
            busy={isFetching}
            happen={(event) => setEvents([...events, event])}
            back={events.length > 0 ? () => setEvents(events.slice(0, -1)) : undefined}
          />
        )}
      </Stack>
    </Modal>
  );
}

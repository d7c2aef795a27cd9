import { NumberInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { type SmallDocument, SmallDocumentPage } from "../change-documents/small-document-page.tsx";
import { TeamField, TeamsField } from "../team-fields.tsx";
import { EscalationLevels } from "./escalation-levels.tsx";
import { DurationRow, HoursFields } from "./hours-fields.tsx";
import {
  fieldOf,
  type HoursValues,
  type LevelValues,
  type QueueJson,
  queueOf,
  type QueueValues,
  queueValues,
} from "./queue-values.ts";
import { QUEUE_KIND } from "./use-queue.ts";

const route = getRouteApi("/signed-in/task-queues/$code");
const freshLevel: LevelValues = { count: 2, unit: "hours", team: "", priority: "", alert: true };

export function EditQueue() {
  const { code } = route.useParams();
  return <SmallDocumentPage code={code} document={useQueueDocument()} />;
}

export function NewQueue() {
  return <SmallDocumentPage code={null} document={useQueueDocument()} />;
}

function useQueueDocument(): SmallDocument<QueueJson, QueueValues> {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return {
    kind: QUEUE_KIND,
    list: { to: "/task-queues", title: t("queue.listTitle") },
    texts: {
      add: t("queue.add"),
      name: t("queue.name"),
      codeHint: t("queue.codeHint"),
      codeExample: "fraud-review",
      codeTaken: t("queue.codeTaken"),
      effect: t("queue.publishAbout"),
      noteExample: t("queue.noteExample"),
    },
    valuesOf: (code, queue) => queueValues(code, queue, timeZone),
    contentOf: queueOf,
    required: ({ team }): Record<string, string> => (team.trim() === "" ? { team: t("ui.required") } : {}),
    fieldOf,
    sections: (form, naming) => <QueueSections form={form} naming={naming} />,
    published: () => queries.invalidateQueries({ queryKey: ["tasks"] }),
  };
}

function QueueSections({ form, naming }: { form: UseFormReturnType<QueueValues>; naming: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <FormSection title={t("queue.whose")} about={t("queue.whoseAbout")}>
        {naming}
        <FieldRow columns="2fr 1fr">
          <TeamField
            label={t("task.team")}
            description={t("queue.teamHint")}
            required
            {...form.getInputProps("team")}
          />
          <NumberInput
            label={t("task.priority")}
            description={t("queue.priorityHint")}
            placeholder="50"
            min={0}
            max={100}
            allowDecimal={false}
            {...form.getInputProps("priority")}
          />
        </FieldRow>
        <TeamsField
          label={t("queue.helpers")}
          description={t("queue.helpersHint")}
          {...form.getInputProps("helpers")}
        />
      </FormSection>
      <FormSection title={t("queue.time")} about={t("queue.timeAbout")}>
        <DurationRow form={form} path="due" label={t("queue.due")} />
        <HoursFields
          form={form as unknown as UseFormReturnType<HoursValues>}
          ofLocation={t("queue.hoursKinds.location")}
        />
      </FormSection>
      <FormSection title={t("queue.escalation")} about={t("queue.escalationAbout")}>
        {form.values.escalations.length === 0 && <p className="faint">{t("queue.noLevels")}</p>}
        <EscalationLevels
          form={form as unknown as UseFormReturnType<HoursValues & { escalations: LevelValues[] }>}
          fresh={freshLevel}
          fewest={0}
          shortest={1}
          beside={(path, team) => (
            <>
              {team}
              <NumberInput
                label={t("task.priority")}
                min={0}
                max={100}
                allowDecimal={false}
                {...form.getInputProps(`${path}.priority`)}
              />
            </>
          )}
        />
      </FormSection>
    </>
  );
}

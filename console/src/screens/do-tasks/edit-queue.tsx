import { ActionIcon, Button, Checkbox, NumberInput, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { onlyOn } from "../../api/edited.ts";
import { saveDocumentDraft } from "../../api/generated/sdk.gen.ts";
import { Problem } from "../../api/problem.ts";
import { shippedText } from "../../api/server-text.ts";
import { useCan } from "../../api/session.ts";
import { EditPage, FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useEditing } from "../../ui/use-editing.ts";
import { DiscardDraft } from "../change-documents/draft-actions.tsx";
import { PublishDocument } from "../change-documents/publish-document.tsx";
import { TeamField, TeamsField } from "../team-fields.tsx";
import { DurationRow, HoursFields } from "./hours-fields.tsx";
import { type HoursValues, queueOf, type QueueValues, queueValues } from "./queue-values.ts";
import { isTaken } from "../change-documents/use-small-document.ts";
import { type EditedQueue, QUEUE_KIND, useQueue } from "./use-queue.ts";
import classes from "./queue.module.css";

const route = getRouteApi("/signed-in/task-queues/$code");
const mostLevels = 10;

export function EditQueue() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  const { data, error, refetch, dataUpdatedAt } = useQueue(code);
  if (!data) {
    return (
      <Page title={t("queue.one")} above={<Link to="/task-queues">{t("queue.listTitle")}</Link>}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return <QueueForm key={dataUpdatedAt} code={code} queue={data} reload={() => void refetch()} />;
}

export function NewQueue() {
  return <QueueForm code={null} queue={null} />;
}

type QueueFormProps = { code: string | null; queue: EditedQueue | null; reload?: () => void };

/** A queue is small: its form is saved as a draft, which is reviewed and published in one go, or waits as a draft. */
function QueueForm({ code, queue, reload }: QueueFormProps) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leave = () => navigate({ to: "/task-queues" });
  const [saved, setSaved] = useState<{ code: string; revision: number; faults: number }>();
  const [publishing, setPublishing] = useState(false);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

  async function send(values: QueueValues) {
    const path = { kind: QUEUE_KIND, code: code ?? values.code.trim() };
    if (code === null && saved === undefined && (await isTaken(QUEUE_KIND, path.code))) {
      const fault = { pointer: "/code", message: t("queue.codeTaken") };
      throw new Problem({ status: 409, code: "codeTaken", title: fault.message, faults: [fault] });
    }
    const body = { content: queueOf(values) };
    const known = saved?.revision ?? queue?.revision;
    const { revision, faults } = (await saveDocumentDraft({ path, body, headers: onlyOn(known) })).data;
    await changed();
    setSaved({ code: path.code, revision, faults: faults.length });
    setPublishing(true);
  }

  function changed(): Promise<unknown> {
    return Promise.all(["task-queues", "tasks"].map((word) => queries.invalidateQueries({ queryKey: [word] })));
  }

  const editing = useEditing<QueueValues>({
    initial: queueValues(code ?? "", queue?.content ?? null, timeZone),
    check: (values) => ({
      ...(code !== null || /^[a-z][a-z0-9-]{0,63}$/.test(values.code.trim()) ? {} : { code: t("queue.codeFault") }),
      ...(values.title.trim() === "" ? { title: t("ui.required") } : {}),
      ...(values.team.trim() === "" ? { team: t("ui.required") } : {}),
    }),
    send,
    saved: () => undefined,
    fieldOf,
  });
  const { form } = editing;
  const hasDraft = (saved?.revision ?? queue?.revision) !== undefined;
  return (
    <>
      <EditPage
        title={code === null ? t("queue.add") : shippedText(queue?.content.title ?? code)}
        above={<Link to="/task-queues">{t("queue.listTitle")}</Link>}
        editing={editing}
        verb={t("document.reviewPublish")}
        leave={leave}
        reload={reload}
        facts={hasDraft && <StatusBadge tone="working">{t("document.draftOpen")}</StatusBadge>}
        more={code !== null && <DiscardDraft name={{ kind: QUEUE_KIND, code }} hasDraft={hasDraft} leave={leave} />}
        readOnly={!can("documents:write")}
      >
        <FormSection title={t("queue.whose")} about={t("queue.whoseAbout")}>
          {code === null && (
            <TextInput
              label={t("document.code")}
              description={t("queue.codeHint")}
              placeholder="fraud-review"
              required
              maxLength={64}
              {...form.getInputProps("code")}
            />
          )}
          <TextInput label={t("queue.name")} required maxLength={200} {...form.getInputProps("title")} />
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
          <DurationRow form={form as unknown as UseFormReturnType<HoursValues>} path="due" label={t("queue.due")} />
          <HoursFields
            form={form as unknown as UseFormReturnType<HoursValues>}
            ofLocation={t("queue.hoursKinds.location")}
          />
        </FormSection>
        <FormSection title={t("queue.escalation")} about={t("queue.escalationAbout")}>
          <Levels form={form} />
        </FormSection>
      </EditPage>
      {saved && publishing && (
        <PublishDocument
          name={{ kind: QUEUE_KIND, code: saved.code }}
          revision={saved.revision}
          faults={saved.faults}
          effect={t("queue.publishAbout")}
          example={t("queue.noteExample")}
          close={() => setPublishing(false)}
          published={async () => {
            await changed();
            await leave();
          }}
        />
      )}
    </>
  );
}

/** The form's durations are a number and a unit, the document's a text. */
function fieldOf(pointer: string): string {
  const path = pointer.replace(/^\/(content\/)?/, "").replaceAll("/", ".");
  if (path === "due") return "due.count";
  if (path.startsWith("hours.")) return path.slice("hours.".length);
  return path.replace(/^(escalations\.\d+)\.after$/, "$1.count");
}

/** What happens to a task that nobody does, one level after the other. */
function Levels({ form }: { form: UseFormReturnType<QueueValues> }) {
  const { t } = useTranslation();
  const { escalations } = form.values;
  return (
    <>
      {escalations.length === 0 && <p className="faint">{t("queue.noLevels")}</p>}
      {escalations.map((_, index) => (
        <div key={index} className={classes.level} role="group" aria-label={t("queue.level", { number: index + 1 })}>
          <div className={classes.head}>
            <strong>{t("queue.level", { number: index + 1 })}</strong>
            <ActionIcon aria-label={t("queue.removeLevel")} onClick={() => form.removeListItem("escalations", index)}>
              <IconTrash size={15} stroke={1.6} aria-hidden="true" />
            </ActionIcon>
          </div>
          <DurationRow
            form={form as unknown as UseFormReturnType<HoursValues>}
            path={`escalations.${index}`}
            label={t("queue.after")}
          />
          <FieldRow columns="2fr 1fr">
            <TeamField
              label={t("queue.toTeam")}
              placeholder={t("queue.sameTeam")}
              {...form.getInputProps(`escalations.${index}.team`)}
            />
            <NumberInput
              label={t("task.priority")}
              min={0}
              max={100}
              allowDecimal={false}
              {...form.getInputProps(`escalations.${index}.priority`)}
            />
          </FieldRow>
          <Checkbox
            label={t("queue.alert")}
            {...form.getInputProps(`escalations.${index}.alert`, { type: "checkbox" })}
          />
        </div>
      ))}
      {escalations.length < mostLevels && (
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} stroke={1.8} aria-hidden="true" />}
            onClick={() =>
              form.insertListItem("escalations", { count: 2, unit: "hours", team: "", priority: "", alert: true })
            }
          >
            {t("queue.addLevel")}
          </Button>
        </div>
      )}
    </>
  );
}

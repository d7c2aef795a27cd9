import { ActionIcon, Button, Checkbox, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { onlyOn } from "../../api/edited.ts";
import { publishDocument, saveDocumentDraft } from "../../api/generated/sdk.gen.ts";
import { Problem } from "../../api/problem.ts";
import { useCan } from "../../api/session.ts";
import { EditPage, FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { useEditing } from "../../ui/use-editing.ts";
import { units } from "../change-workflows/durations.ts";
import { CalendarFields } from "../run-locations/calendar-fields.tsx";
import type { LocationValues } from "../run-locations/location-values.ts";
import { hoursKinds, queueOf, type QueueValues, queueValues } from "./queue-values.ts";
import { type EditedQueue, isTaken, QUEUE_KIND, useQueue } from "./use-queue.ts";
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

/** A queue is small: what is saved is published at once, with a word about why. */
function QueueForm({ code, queue, reload }: QueueFormProps) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leave = () => navigate({ to: "/task-queues" });
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

  async function send(values: QueueValues) {
    const path = { kind: QUEUE_KIND, code: code ?? values.code.trim() };
    if (code === null && (await isTaken(path.code))) {
      const fault = { pointer: "/code", message: t("queue.codeTaken") };
      throw new Problem({ status: 409, code: "codeTaken", title: fault.message, faults: [fault] });
    }
    const body = { content: queueOf(values) };
    const { revision } = (await saveDocumentDraft({ path, body, headers: onlyOn(queue?.revision) })).data;
    await publishDocument({ path, body: { note: values.note.trim() }, headers: onlyOn(revision) });
    await Promise.all(["task-queues", "tasks"].map((word) => queries.invalidateQueries({ queryKey: [word] })));
  }

  const editing = useEditing<QueueValues>({
    initial: queueValues(code ?? "", queue?.content ?? null, timeZone),
    check: (values) => ({
      ...(code !== null || /^[a-z][a-z0-9-]{0,63}$/.test(values.code.trim()) ? {} : { code: t("queue.codeFault") }),
      ...(values.title.trim() === "" ? { title: t("ui.required") } : {}),
      ...(values.team.trim() === "" ? { team: t("ui.required") } : {}),
      ...(values.note.trim() === "" ? { note: t("ui.required") } : {}),
    }),
    send,
    saved: leave,
    fieldOf,
  });
  const { form } = editing;
  return (
    <EditPage
      title={code === null ? t("queue.add") : (queue?.content.title ?? code)}
      above={<Link to="/task-queues">{t("queue.listTitle")}</Link>}
      editing={editing}
      verb={t("document.publish")}
      leave={leave}
      reload={reload}
      readOnly={!can("documents:publish") || !can("documents:write")}
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
          <TextInput
            label={t("task.team")}
            description={t("queue.teamHint")}
            placeholder="fraud"
            required
            maxLength={64}
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
      </FormSection>
      <FormSection title={t("queue.time")} about={t("queue.timeAbout")}>
        <DurationRow form={form} path="due" label={t("queue.due")} />
        <Select
          label={t("queue.hours")}
          data={hoursKinds.map((value) => ({ value, label: t(`queue.hoursKinds.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("hours")}
        />
        {form.values.hours === "own" && (
          <>
            <TextInput label={t("queue.timeZone")} placeholder="Europe/London" {...form.getInputProps("timeZone")} />
            {/* It reads and writes the calendar alone, which both forms hold in the same place. */}
            <CalendarFields form={form as unknown as UseFormReturnType<LocationValues>} withCutOffs={false} />
          </>
        )}
      </FormSection>
      <FormSection title={t("queue.escalation")} about={t("queue.escalationAbout")}>
        <Levels form={form} />
      </FormSection>
      <FormSection title={t("document.publishTitle")} about={t("queue.publishAbout")}>
        <Textarea
          label={t("document.note")}
          placeholder={t("queue.noteExample")}
          required
          autosize
          minRows={2}
          maxLength={1000}
          {...form.getInputProps("note")}
        />
      </FormSection>
    </EditPage>
  );
}

/** The form's durations are a number and a unit, the document's a text. */
function fieldOf(pointer: string): string {
  const path = pointer.replace(/^\/(content\/)?/, "").replaceAll("/", ".");
  if (path === "due") return "due.count";
  if (path.startsWith("hours.")) return path.slice("hours.".length);
  return path.replace(/^(escalations\.\d+)\.after$/, "$1.count");
}

type DurationRowProps = { form: UseFormReturnType<QueueValues>; path: string; label: string };

function DurationRow({ form, path, label }: DurationRowProps) {
  const { t } = useTranslation();
  return (
    <FieldRow columns="1fr 1fr">
      <NumberInput label={label} min={1} allowDecimal={false} required {...form.getInputProps(`${path}.count`)} />
      <Select
        label={t("workflow.unit")}
        data={units.map((unit) => ({ value: unit, label: t(`workflow.units.${unit}`) }))}
        allowDeselect={false}
        {...form.getInputProps(`${path}.unit`)}
      />
    </FieldRow>
  );
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
          <DurationRow form={form} path={`escalations.${index}`} label={t("queue.after")} />
          <FieldRow columns="2fr 1fr">
            <TextInput
              label={t("queue.toTeam")}
              placeholder={t("queue.sameTeam")}
              maxLength={64}
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

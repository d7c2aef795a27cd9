import { ActionIcon, Button, Checkbox, Select, TagsInput, TextInput } from "@mantine/core";
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
import { type EditedDocument, isTaken, useSmallDocument } from "../change-documents/use-small-document.ts";
import { DurationRow, HoursFields } from "../do-tasks/hours-fields.tsx";
import type { HoursValues } from "../do-tasks/queue-values.ts";
import classes from "../do-tasks/queue.module.css";
import { TeamField } from "../team-fields.tsx";
import { knownKinds, useKindText } from "./kinds.ts";
import { type LevelsJson, levelsOf, type LevelsValues, levelsValues, newLevel } from "./level-values.ts";
import { LEVELS_KIND } from "./levels.tsx";

const route = getRouteApi("/signed-in/exception-levels/$code");
const mostLevels = 10;

export function EditLevels() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  const { data, error, refetch, dataUpdatedAt } = useSmallDocument<LevelsJson>("exception-levels", LEVELS_KIND, code);
  if (!data) {
    return (
      <Page title={t("levels.title")} above={<Link to="/exception-levels">{t("levels.title")}</Link>}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return <LevelsForm key={dataUpdatedAt} code={code} levels={data} reload={() => void refetch()} />;
}

export function NewLevels() {
  return <LevelsForm code={null} levels={null} />;
}

type LevelsFormProps = { code: string | null; levels: EditedDocument<LevelsJson> | null; reload?: () => void };

/** Like a queue, it is saved as a draft, which is reviewed and published in one go, or waits as a draft. */
function LevelsForm({ code, levels, reload }: LevelsFormProps) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leave = () => navigate({ to: "/exception-levels" });
  const [saved, setSaved] = useState<{ code: string; revision: number; faults: number }>();
  const [publishing, setPublishing] = useState(false);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const changed = () => queries.invalidateQueries({ queryKey: ["exception-levels"] });

  async function send(values: LevelsValues) {
    const path = { kind: LEVELS_KIND, code: code ?? values.code.trim() };
    if (code === null && saved === undefined && (await isTaken(LEVELS_KIND, path.code))) {
      const fault = { pointer: "/code", message: t("levels.codeTaken") };
      throw new Problem({ status: 409, code: "codeTaken", title: fault.message, faults: [fault] });
    }
    const known = saved?.revision ?? levels?.revision;
    const body = { content: levelsOf(values) };
    const { revision, faults } = (await saveDocumentDraft({ path, body, headers: onlyOn(known) })).data;
    await changed();
    setSaved({ code: path.code, revision, faults: faults.length });
    setPublishing(true);
  }

  const editing = useEditing<LevelsValues>({
    initial: levelsValues(code ?? "", levels?.content ?? null, timeZone),
    check: (values) => ({
      ...(code !== null || /^[a-z][a-z0-9-]{0,63}$/.test(values.code.trim()) ? {} : { code: t("queue.codeFault") }),
      ...(values.title.trim() === "" ? { title: t("ui.required") } : {}),
    }),
    send,
    saved: () => undefined,
    fieldOf,
  });
  const { form } = editing;
  const hasDraft = (saved?.revision ?? levels?.revision) !== undefined;
  return (
    <>
      <EditPage
        title={code === null ? t("levels.add") : shippedText(levels?.content.title ?? code)}
        above={<Link to="/exception-levels">{t("levels.title")}</Link>}
        editing={editing}
        verb={t("document.reviewPublish")}
        leave={leave}
        reload={reload}
        facts={hasDraft && <StatusBadge tone="working">{t("document.draftOpen")}</StatusBadge>}
        more={code !== null && <DiscardDraft name={{ kind: LEVELS_KIND, code }} hasDraft={hasDraft} leave={leave} />}
        readOnly={!can("documents:write")}
      >
        <FormSection title={t("levels.which")} about={t("levels.whichAbout")}>
          {code === null && (
            <TextInput
              label={t("document.code")}
              description={t("levels.codeHint")}
              placeholder="lost-connections"
              required
              maxLength={64}
              {...form.getInputProps("code")}
            />
          )}
          <TextInput label={t("levels.name")} required maxLength={200} {...form.getInputProps("title")} />
          <KindsField {...form.getInputProps("kinds")} />
        </FormSection>
        <FormSection title={t("levels.hours")} about={t("queue.timeAbout")}>
          <HoursFields
            form={form as unknown as UseFormReturnType<HoursValues>}
            ofLocation={t("levels.whileLocationOpen")}
          />
        </FormSection>
        <FormSection title={t("levels.levels")} about={t("levels.levelsAbout")}>
          <Levels form={form} />
        </FormSection>
      </EditPage>
      {saved && publishing && (
        <PublishDocument
          name={{ kind: LEVELS_KIND, code: saved.code }}
          revision={saved.revision}
          faults={saved.faults}
          effect={t("levels.publishAbout")}
          example={t("levels.noteExample")}
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
  if (path.startsWith("hours.")) return path.slice("hours.".length);
  return path.replace(/^kinds\.\d+$/, "kinds").replace(/^(escalations\.\d+)\.after$/, "$1.count");
}

/** Those that Orrery raises, and any that people and other systems report. */
function KindsField(props: { value?: string[]; onChange?: (value: string[]) => void }) {
  const { t } = useTranslation();
  const kindText = useKindText();
  return (
    <TagsInput
      label={t("levels.kinds")}
      description={t("levels.kindsHint")}
      placeholder={(props.value ?? []).length === 0 ? t("levels.allKinds") : ""}
      maxTags={50}
      data={[...knownKinds]}
      renderOption={({ option: { value } }) => (
        <span>
          {kindText(value)} <span className="faint">{value}</span>
        </span>
      )}
      {...props}
    />
  );
}

/** What happens to an exception that nobody deals with, one level after the other. */
function Levels({ form }: { form: UseFormReturnType<LevelsValues> }) {
  const { t } = useTranslation();
  const { escalations } = form.values;
  return (
    <>
      {escalations.map((_, index) => (
        <div key={index} className={classes.level} role="group" aria-label={t("queue.level", { number: index + 1 })}>
          <div className={classes.head}>
            <strong>{t("queue.level", { number: index + 1 })}</strong>
            {escalations.length > 1 && (
              <ActionIcon aria-label={t("queue.removeLevel")} onClick={() => form.removeListItem("escalations", index)}>
                <IconTrash size={15} stroke={1.6} aria-hidden="true" />
              </ActionIcon>
            )}
          </div>
          <DurationRow
            form={form as unknown as UseFormReturnType<HoursValues>}
            path={`escalations.${index}`}
            label={t("queue.after")}
            min={0}
          />
          <FieldRow columns="1fr 1fr">
            <Select
              label={t("levels.from")}
              data={(["due", "opened"] as const).map((value) => ({ value, label: t(`levels.froms.${value}`) }))}
              allowDeselect={false}
              {...form.getInputProps(`escalations.${index}.from`)}
            />
            <TeamField
              label={t("queue.toTeam")}
              placeholder={t("queue.sameTeam")}
              {...form.getInputProps(`escalations.${index}.team`)}
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
            onClick={() => form.insertListItem("escalations", { ...newLevel, count: 4 })}
          >
            {t("queue.addLevel")}
          </Button>
        </div>
      )}
    </>
  );
}

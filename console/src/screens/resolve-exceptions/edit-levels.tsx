import { Select, TagsInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FormSection } from "../../ui/edit-page.tsx";
import { type SmallDocument, SmallDocumentPage } from "../change-documents/small-document-page.tsx";
import { EscalationLevels } from "../do-tasks/escalation-levels.tsx";
import { HoursFields } from "../do-tasks/hours-fields.tsx";
import { fieldOf, type HoursValues } from "../do-tasks/queue-values.ts";
import { knownKinds, useKindText } from "./kinds.ts";
import { type LevelsJson, levelsOf, type LevelsValues, levelsValues, newLevel } from "./level-values.ts";
import { LEVELS_KIND } from "./levels.tsx";

const route = getRouteApi("/signed-in/exception-levels/$code");

export function EditLevels() {
  const { code } = route.useParams();
  return <SmallDocumentPage code={code} document={useLevelsDocument()} />;
}

export function NewLevels() {
  return <SmallDocumentPage code={null} document={useLevelsDocument()} />;
}

function useLevelsDocument(): SmallDocument<LevelsJson, LevelsValues> {
  const { t } = useTranslation();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return {
    kind: LEVELS_KIND,
    list: { to: "/exception-levels", title: t("levels.title") },
    texts: {
      add: t("levels.add"),
      name: t("levels.name"),
      codeHint: t("levels.codeHint"),
      codeExample: "lost-connections",
      codeTaken: t("levels.codeTaken"),
      effect: t("levels.publishAbout"),
      noteExample: t("levels.noteExample"),
    },
    valuesOf: (code, levels) => levelsValues(code, levels, timeZone),
    contentOf: levelsOf,
    fieldOf,
    sections: (form, naming) => <LevelsSections form={form} naming={naming} />,
  };
}

function LevelsSections({ form, naming }: { form: UseFormReturnType<LevelsValues>; naming: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <FormSection title={t("levels.which")} about={t("levels.whichAbout")}>
        {naming}
        <KindsField {...form.getInputProps("kinds")} />
      </FormSection>
      <FormSection title={t("levels.hours")} about={t("queue.timeAbout")}>
        <HoursFields
          form={form as unknown as UseFormReturnType<HoursValues>}
          ofLocation={t("levels.whileLocationOpen")}
        />
      </FormSection>
      <FormSection title={t("levels.levels")} about={t("levels.levelsAbout")}>
        <EscalationLevels
          form={form as unknown as UseFormReturnType<HoursValues & Pick<LevelsValues, "escalations">>}
          fresh={{ ...newLevel, count: 4 }}
          fewest={1}
          shortest={0}
          beside={(path, team) => (
            <>
              <Select
                label={t("levels.from")}
                data={(["due", "opened"] as const).map((value) => ({ value, label: t(`levels.froms.${value}`) }))}
                allowDeselect={false}
                {...form.getInputProps(`${path}.from`)}
              />
              {team}
            </>
          )}
        />
      </FormSection>
    </>
  );
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

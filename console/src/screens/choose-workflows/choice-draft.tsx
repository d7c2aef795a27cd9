import { Button, Select } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { shippedText } from "../../api/server-text.ts";
import { Panel } from "../../ui/panel.tsx";
import { Loading } from "../../ui/states.tsx";
import { Columns, Fields } from "../change-documents/columns.tsx";
import { DraftPage, OpenDraft, type OpenedDraft } from "../change-documents/draft-page.tsx";
import { PublishDocument } from "../change-documents/publish-document.tsx";
import { useEntityTypes } from "../change-workflows/documents.ts";
import classes from "./choice.module.css";
import { asChoice, type Choice, choiceName, withMovedRule, withoutRule, withRule } from "./choice-content.ts";
import { useChoiceFields, useWorkflowsOf } from "./queries.ts";
import { RuleFields, withChosen } from "./rule-fields.tsx";
import { TryChoice } from "./try-choice.tsx";

const route = getRouteApi("/signed-in/changes/choices/$code/draft");

/** The rules as they are being changed, and beside them which workflow a real order would get. */
export function ChoiceDraft() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  return (
    <OpenDraft
      name={choiceName(code)}
      read={asChoice}
      unreadable={t("choice.unreadable")}
      list={{ to: "/changes/choices" }}
      listTitle={t("choice.title")}
      page={{ to: "/changes/choices/$code", params: { code } }}
      editor={Editor}
    />
  );
}

function Editor({ draft }: { draft: OpenedDraft<Choice> }) {
  const { t } = useTranslation();
  const { content: choice } = draft;
  return (
    <DraftPage
      draft={draft}
      title={shippedText(choice.title)}
      facts={t("choice.howRead")}
      publish={(dialog) => (
        <PublishDocument {...dialog} effect={t("choice.publishEffect")} example={t("choice.noteExample")} />
      )}
    >
      <Columns
        main={
          <Fields mayWrite={draft.mayWrite}>
            <ChoiceFields draft={draft} />
          </Fields>
        }
        beside={<TryChoice choice={choice} />}
      />
    </DraftPage>
  );
}

function ChoiceFields({ draft: { content: choice, change, faults, warnings } }: { draft: OpenedDraft<Choice> }) {
  const { t } = useTranslation();
  const { data: entityTypes } = useEntityTypes();
  const entityType = entityTypes?.find((one) => one.name === choice.entityType);
  const fields = useChoiceFields(choice.entityType);
  const workflows = useWorkflowsOf(choice.entityType);
  const newRule = () => ({
    name: t("choice.newRule", { number: choice.rules.length + 1 }),
    when: "true",
    workflow: choice.otherwise,
  });
  return (
    <Panel title={t("choice.rules")}>
      <div className={classes.fields}>
        {entityType ? (
          <ol className={classes.rules} aria-label={t("choice.rules")}>
            {choice.rules.map((rule, index) => (
              <RuleFields
                // Rules have no identity of their own but their place; one that moves is another one here.
                key={`${index} ${choice.rules.length} ${rule.name}`}
                {...{ rule, index, entityType, fields, workflows }}
                last={index === choice.rules.length - 1}
                faults={faults.filter(({ pointer }) => pointer.startsWith(`/rules/${index}/`))}
                warnings={warnings}
                put={(next) => change((before) => withRule(before, index, next))}
                move={(step) => change((before) => withMovedRule(before, index, step))}
                remove={() => change((before) => withoutRule(before, index))}
              />
            ))}
          </ol>
        ) : (
          <Loading />
        )}
        <div>
          <Button
            variant="default"
            leftSection={<IconPlus size={15} aria-hidden="true" />}
            onClick={() => change((before) => ({ ...before, rules: [...before.rules, newRule()] }))}
          >
            {t("choice.addRule")}
          </Button>
        </div>
        <Select
          label={t("choice.otherwise")}
          data={withChosen(workflows, choice.otherwise)}
          value={choice.otherwise}
          error={faults.find(({ pointer }) => pointer === "/otherwise")?.message}
          onChange={(otherwise) => otherwise && change((before) => ({ ...before, otherwise }))}
          allowDeselect={false}
        />
      </div>
    </Panel>
  );
}

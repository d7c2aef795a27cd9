import { Button, Select } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCan } from "../../api/session.ts";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { UnsavedGuard } from "../../ui/unsaved-guard.tsx";
import { DiscardDraft, DraftTools } from "../change-documents/draft-actions.tsx";
import { PublishDocument } from "../change-documents/publish-document.tsx";
import { SaveTrouble } from "../change-documents/save-trouble.tsx";
import { type DraftStart, useDraft, useDraftStart } from "../change-documents/use-draft.ts";
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
  const { data: start, error, refetch, dataUpdatedAt } = useDraftStart(choiceName(code));
  const choice = start && asChoice(start.content);
  if (!start || !choice) {
    return (
      <Page title={code} above={<Link to="/changes/choices">{t("choice.title")}</Link>}>
        {start ? <p>{t("choice.unreadable")}</p> : error ? <Failed error={error} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return <Editor key={dataUpdatedAt} code={code} start={start} choice={choice} reload={() => void refetch()} />;
}

type EditorProps = { code: string; start: DraftStart; choice: Choice; reload: () => void };

function Editor({ code, start, choice: begun, reload }: EditorProps) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const name = choiceName(code);
  const draft = useDraft(name, start, begun);
  const { content: choice, change, undo, redo, state, faults, warnings } = draft;
  const { data: entityTypes } = useEntityTypes();
  const entityType = entityTypes?.find((one) => one.name === choice.entityType);
  const fields = useChoiceFields(choice.entityType);
  const workflows = useWorkflowsOf(choice.entityType);
  const [publishing, setPublishing] = useState(false);
  const mayWrite = can("documents:write");
  const toPage = () => navigate({ to: "/changes/choices/$code", params: { code } });
  const newRule = () => ({
    name: t("choice.newRule", { number: choice.rules.length + 1 }),
    when: "true",
    workflow: choice.otherwise,
  });
  return (
    <Page
      title={t("document.draftOf", { title: choice.title })}
      above={
        <Link to="/changes/choices/$code" params={{ code }}>
          {choice.title}
        </Link>
      }
      facts={t("choice.howRead")}
      stickyHeader
      badges={
        faults.length > 0 ? (
          <StatusBadge tone="trouble">{t("document.faults", { count: faults.length })}</StatusBadge>
        ) : (
          <StatusBadge tone="working">{t("document.draft")}</StatusBadge>
        )
      }
      actions={
        mayWrite && (
          <>
            <DraftTools {...{ undo, redo, state }} untouched={start.revision === undefined} />
            <DiscardDraft name={name} hasDraft={draft.revision() !== undefined} leave={toPage} />
            <Button disabled={state !== "saved" || draft.revision() === undefined} onClick={() => setPublishing(true)}>
              {t("document.reviewPublish")}
            </Button>
          </>
        )
      }
    >
      <SaveTrouble draft={draft} reload={reload} />
      <div className={classes.columns}>
        <fieldset disabled={!mayWrite} style={{ minWidth: 0, margin: 0, padding: 0, border: 0 }}>
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
        </fieldset>
        <TryChoice choice={choice} />
      </div>
      {publishing && (
        <PublishDocument
          name={name}
          revision={draft.revision()}
          faults={faults.length}
          effect={t("choice.publishEffect")}
          example={t("choice.noteExample")}
          close={() => setPublishing(false)}
          published={toPage}
        />
      )}
      <UnsavedGuard isUnsaved={() => state !== "saved"} />
    </Page>
  );
}

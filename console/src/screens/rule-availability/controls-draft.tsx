import { Button, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../ui/panel.tsx";
import { Empty } from "../../ui/states.tsx";
import { Columns, Fields } from "../change-documents/columns.tsx";
import { DraftPage, OpenDraft, type OpenedDraft } from "../change-documents/draft-page.tsx";
import { PublishDocument } from "../change-documents/publish-document.tsx";
import type { Fault } from "../change-documents/use-draft.ts";
import { asControls, type Control, type Controls, controlsName } from "./control-content.ts";
import classes from "./controls.module.css";
import { PreviewEffect } from "./preview-effect.tsx";
import { RuleFields } from "./rule-fields.tsx";

const page = { to: "/availability-rules" } as const;
/** From so many on they are found by typing. */
const manyRules = 8;

/** The rules as they are being changed, and beside them what that means for each channel. */
export function ControlsDraft() {
  const { t } = useTranslation();
  return (
    <OpenDraft
      name={controlsName}
      read={asControls}
      unreadable={t("control.unreadable")}
      list={page}
      listTitle={t("control.title")}
      page={page}
      editor={Editor}
    />
  );
}

function Editor({ draft }: { draft: OpenedDraft<Controls> }) {
  const { t } = useTranslation();
  const { content: controls, faults, state } = draft;
  return (
    <DraftPage
      draft={draft}
      title={t("control.title")}
      facts={t("control.howRead")}
      publish={(dialog) => (
        <PublishDocument {...dialog} effect={t("control.publishEffect")} example={t("control.noteExample")} />
      )}
    >
      <Columns
        main={
          <Fields mayWrite={draft.mayWrite}>
            <RulesPanel draft={draft} />
          </Fields>
        }
        beside={<PreviewEffect controls={controls} state={state} isSound={faults.length === 0} />}
      />
    </DraftPage>
  );
}

function RulesPanel({ draft: { content, change, faults, warnings, mayWrite } }: { draft: OpenedDraft<Controls> }) {
  const { t } = useTranslation();
  // By name: undoing and others' changes put rules into other places.
  const [openName, setOpenName] = useState<string | null>(null);
  const [sought, setSought] = useState("");
  const { rules } = content;
  const open = rules.findIndex(({ name }) => name === openName);
  const fits = ({ name }: Control) => name.toLowerCase().includes(sought.trim().toLowerCase());
  const putRules = (next: (before: readonly Control[]) => readonly Control[]) =>
    change((before) => ({ ...before, rules: next(before.rules) }));
  const add = () => {
    setSought("");
    const name = freeName(rules, t("control.newRule"));
    setOpenName(name);
    putRules((before) => [...before, { name, effect: { type: "safetyStock", units: 1 } }]);
  };
  return (
    <Panel
      title={t("control.rules")}
      actions={
        mayWrite && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={15} aria-hidden="true" />}
            onClick={add}
          >
            {t("control.addRule")}
          </Button>
        )
      }
    >
      <div className={classes.fields}>
        {rules.length > manyRules && (
          <TextInput
            aria-label={t("control.findRule")}
            placeholder={t("control.findRule")}
            leftSection={<IconSearch size={15} aria-hidden="true" />}
            value={sought}
            onChange={(event) => setSought(event.currentTarget.value)}
          />
        )}
        {rules.length === 0 && <Empty small title={t("control.noRules")} />}
        <ul className={classes.rules} aria-label={t("control.rules")}>
          {rules.map((rule, index) =>
            fits(rule) || open === index ? (
              <RuleFields
                key={`${index} ${rules.length}`}
                rule={rule}
                faults={within(faults, index)}
                warnings={within(warnings, index)}
                isOpen={open === index}
                mayWrite={mayWrite}
                toggle={() => setOpenName(open === index ? null : rule.name)}
                put={(next) => {
                  if (open === index) setOpenName(next.name);
                  putRules((before) => before.with(index, next));
                }}
                remove={() => {
                  setOpenName(null);
                  putRules((before) => before.toSpliced(index, 1));
                }}
              />
            ) : null,
          )}
        </ul>
      </div>
    </Panel>
  );
}

/** Of one rule, with pointers that begin at it. */
function within(faults: readonly Fault[], index: number): Fault[] {
  const place = `/rules/${index}`;
  return faults
    .filter(({ pointer }) => pointer === place || pointer.startsWith(`${place}/`))
    .map((fault) => ({ ...fault, pointer: fault.pointer.slice(place.length) }));
}

function freeName(rules: readonly Control[], name: string): string {
  for (let number = rules.length + 1; ; number++)
    if (!rules.some((rule) => rule.name === `${name} ${number}`)) return `${name} ${number}`;
}

import { ActionIcon, Button, NumberInput, Select, TagsInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { shippedText } from "../../api/server-text.ts";
import type { WorkflowEntityType } from "../../api/generated/types.gen.ts";
import documents from "../change-documents/document.module.css";
import { type MoveRule, RuleHead } from "../change-documents/rule-head.tsx";
import type { Fault } from "../change-documents/use-draft.ts";
import { ConditionField } from "../change-workflows/condition-field.tsx";
import classes from "./choice.module.css";
import type { Rule } from "./choice-content.ts";
import { type ChoiceField, meant } from "./queries.ts";
import { type Part, readParts, writeParts } from "./rule-conditions.ts";

type RuleFieldsProps = {
  rule: Rule;
  index: number;
  last: boolean;
  entityType: WorkflowEntityType;
  fields: readonly ChoiceField[];
  workflows: readonly { code: string; title: string }[];
  faults: readonly Fault[];
  warnings: readonly Fault[];
  put: (rule: Rule) => void;
  move: MoveRule;
  remove: () => void;
};

/** One rule: when it holds, and which workflow it chooses. */
export function RuleFields(props: RuleFieldsProps) {
  const { rule, index, last, entityType, fields, workflows, faults, warnings, put, move, remove } = props;
  const { t } = useTranslation();
  const [written, setWritten] = useState(readParts(rule.when, fields) === null);
  const name = t("choice.ruleName", { number: index + 1, name: rule.name });
  const faultAt = (part: string) => faults.find(({ pointer }) => pointer === `/rules/${index}/${part}`)?.message;
  const here = warnings.filter(({ pointer }) => pointer === `/rules/${index}`);
  const other = (
    <Button
      size="compact-sm"
      variant="subtle"
      disabled={written && readParts(rule.when, fields) === null}
      onClick={() => setWritten(!written)}
    >
      {t(written ? "choice.asChoices" : "choice.asText")}
    </Button>
  );
  return (
    <li className={classes.rule} data-faulty={faults.length > 0 || undefined} aria-label={name}>
      <span className={classes.number}>{index + 1}</span>
      <div className={classes.fields}>
        <RuleHead
          label={name}
          name={rule.name}
          fault={faultAt("name")}
          rename={(next) => put({ ...rule, name: next })}
          first={index === 0}
          {...{ last, move, remove }}
        >
          <Select
            label={t("choice.workflow")}
            data={withChosen(workflows, rule.workflow)}
            value={rule.workflow || null}
            error={faultAt("workflow")}
            onChange={(workflow) => workflow && put({ ...rule, workflow })}
            allowDeselect={false}
          />
        </RuleHead>
        {written ? (
          <>
            <ConditionField entityType={entityType} value={rule.when} commit={(when) => put({ ...rule, when })} />
            <div>{other}</div>
          </>
        ) : (
          <Parts when={rule.when} fields={fields} put={(when) => put({ ...rule, when })} other={other} />
        )}
        {here.length > 0 && (
          <ul className={documents.faults} data-tone="attention">
            {here.map(({ message }) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}

/** The chosen one also when it is not in force any more. */
export function withChosen(workflows: readonly { code: string; title: string }[], chosen: string) {
  const options = workflows.map(({ code, title }) => ({ value: code, label: shippedText(title) }));
  const isThere = chosen === "" || options.some(({ value }) => value === chosen);
  return isThere ? options : [...options, { value: chosen, label: chosen }];
}

type PartsProps = {
  when: string;
  fields: readonly ChoiceField[];
  put: (when: string) => void;
  /** The button to the other way of saying it. */
  other: React.ReactNode;
};

/** All must hold; of each, one of the values. A part that has no value yet is only here. */
function Parts({ when, fields, put, other }: PartsProps) {
  const { t } = useTranslation();
  const [parts, setParts] = useState<readonly Part[]>(readParts(when, fields) ?? []);
  // Undoing or somebody else's change: what the draft says counts.
  const said = readParts(when, fields);
  const shown = said !== null && writeParts(parts, fields) !== writeParts(said, fields) ? said : parts;
  function change(next: readonly Part[]) {
    setParts(next);
    if (writeParts(next, fields) !== when) put(writeParts(next, fields));
  }
  const free = fields.find(({ path }) => !shown.some((part) => part.path === path));
  return (
    <>
      {shown.length === 0 && <p className="soft">{t("choice.always")}</p>}
      {shown.map((part, index) => {
        const field = fields.find(({ path }) => path === part.path);
        const say = (value: string) => field?.say?.(value) ?? value;
        return (
          <div key={part.path} className={classes.part}>
            <Select
              className={classes.by}
              label={t("choice.by")}
              data={fields
                .filter(({ path }) => path === part.path || !shown.some((other) => other.path === path))
                .map(({ path, label }) => ({ value: path, label }))}
              value={part.path}
              onChange={(path) => path && change(shown.with(index, { path, values: [] }))}
              allowDeselect={false}
            />
            {field?.isAmount ? (
              <NumberInput
                className={classes.values}
                label={t("choice.isAtLeast")}
                description={t("choice.smallestCoin")}
                min={0}
                max={999_999_999_999_999}
                allowDecimal={false}
                allowNegative={false}
                value={part.values[0] === undefined ? "" : Number(part.values[0])}
                onChange={(least) =>
                  change(shown.with(index, { ...part, values: least === "" ? [] : [String(least)] }))
                }
              />
            ) : (
              <TagsInput
                className={classes.values}
                label={t("choice.isOneOf")}
                placeholder={part.values.length === 0 ? t("choice.chooseOrType") : undefined}
                data={(field?.options ?? []).map(say)}
                value={part.values.map(say)}
                onChange={(said) =>
                  change(shown.with(index, { ...part, values: said.map((value) => meant(field, value)) }))
                }
                acceptValueOnBlur
                clearable={false}
              />
            )}
            <ActionIcon
              variant="subtle"
              size="lg"
              aria-label={t("choice.removePart", { part: field?.label ?? part.path })}
              onClick={() => change(shown.toSpliced(index, 1))}
            >
              <IconTrash size={17} />
            </ActionIcon>
          </div>
        );
      })}
      <div className={classes.buttons}>
        {free && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden="true" />}
            onClick={() => change([...shown, { path: free.path, values: [] }])}
          >
            {t("choice.addPart")}
          </Button>
        )}
        {other}
      </div>
    </>
  );
}

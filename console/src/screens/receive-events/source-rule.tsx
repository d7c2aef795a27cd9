import { ActionIcon, Autocomplete, Button, Select, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { CommitField } from "../change-documents/commit-field.tsx";
import { CompletingField, type Completions } from "../change-documents/completing-field.tsx";
import { type MoveRule, RuleHead } from "../change-documents/rule-head.tsx";
import type { Fault } from "../change-documents/use-draft.ts";
import { useEntityTypes } from "../change-workflows/documents.ts";
import { inWords } from "../humanize.ts";
import classes from "./source.module.css";
import { type Datum, entities, type Entity, freeName, naming, type SourceRule, withEntry } from "./source-content.ts";

type SourceRuleFieldsProps = {
  rule: SourceRule;
  index: number;
  last: boolean;
  /** Names of what is read of each event. */
  fields: readonly string[];
  faults: readonly Fault[];
  put: (rule: SourceRule | undefined) => void;
  move: MoveRule;
};

/** One rule: on which events, about what, and what it is told. */
export function SourceRuleFields({ rule, index, last, fields, faults, put, move }: SourceRuleFieldsProps) {
  const { t } = useTranslation();
  const tellable = useTellable(rule.about.entity);
  const name = t("choice.ruleName", { number: index + 1, name: rule.name });
  const faultsOf = (part: string) => faults.filter(({ pointer }) => pointer === `/rules/${index}/${part}`);
  const faultAt = (part: string) => faultsOf(part)[0]?.message;
  const { about } = rule;
  const names = (entity: Entity): readonly string[] => naming[entity];
  return (
    <li className={classes.rule} data-faulty={faults.length > 0 || undefined} aria-label={name}>
      <RuleHead
        label={name}
        name={rule.name}
        fault={faultAt("name")}
        rename={(next) => put({ ...rule, name: next })}
        first={index === 0}
        {...{ last, move }}
        remove={() => put(undefined)}
      />
      <CompletingField
        label={t("source.ruleWhen")}
        placeholder='event.type == "parcel.delivered"'
        code
        required
        minRows={1}
        value={rule.when}
        commit={(when) => put({ ...rule, when })}
        completions={(text, caret) => completionsAt(fields, text, caret)}
        faults={faultsOf("when")}
      />
      <div className={classes.pair}>
        <Select
          label={t("source.entity")}
          data={entities.map((value) => ({ value, label: t(`source.entities.${value}`) }))}
          value={about.entity}
          onChange={(value) => {
            const entity = entities.find((one) => one === value);
            if (!entity) return;
            const { channel: _, ...rest } = about;
            put({ ...rule, about: { ...rest, entity, by: naming[entity][0] }, event: "", data: {} });
          }}
          allowDeselect={false}
        />
        <Select
          label={t("source.namedBy")}
          data={names(about.entity).map((value) => ({ value, label: inWords(value) }))}
          value={about.by}
          onChange={(by) => {
            if (by === null) return;
            const { channel = "", ...rest } = about;
            put({ ...rule, about: { ...rest, by, ...(by === "externalReference" ? { channel } : {}) } });
          }}
          allowDeselect={false}
        />
      </div>
      <div className={classes.pair}>
        <Select
          label={t("source.fromField")}
          data={fields.includes(about.field) || about.field === "" ? [...fields] : [...fields, about.field]}
          value={about.field || null}
          error={faultAt("about/field")}
          onChange={(field) => field !== null && put({ ...rule, about: { ...about, field } })}
          allowDeselect={false}
        />
        {about.by === "externalReference" ? (
          <CommitField
            label={t("source.channel")}
            value={about.channel ?? ""}
            required
            maxLength={64}
            error={faultAt("about/channel") ?? faultAt("about")}
            commit={(channel) => put({ ...rule, about: { ...about, channel } })}
          />
        ) : (
          <span />
        )}
      </div>
      <Autocomplete
        label={t("source.tell")}
        description={t("source.tellHint")}
        required
        data={tellable}
        value={rule.event}
        error={faultAt("event")}
        onChange={(event) => put({ ...rule, event })}
        maxLength={64}
      />
      <DataFields rule={rule} fields={fields} put={put} faults={faults} index={index} />
    </li>
  );
}

/** Known events of what a rule is about; workflows may have more. */
function useTellable(entity: Entity): string[] {
  const { data: entityTypes } = useEntityTypes();
  if (entity === "shipment") return ["deliver", "lose"];
  const known = entityTypes?.find(({ name }) => name === entity)?.events.map(({ name }) => name) ?? [];
  return [...new Set([...(entity === "order" ? ["hold"] : []), ...known])];
}

type DataFieldsProps = Pick<SourceRuleFieldsProps, "rule" | "fields" | "faults" | "index" | "put">;

function DataFields({ rule, fields, faults, index, put }: DataFieldsProps) {
  const { t } = useTranslation();
  const data = rule.data ?? {};
  const change = (place: number, entry: readonly [string, Datum] | undefined) =>
    put({ ...rule, data: withEntry(data, place, entry) });
  return (
    <>
      {Object.entries(data).map(([name, datum], place) => (
        <div
          // The name is edited: its place is what stays.
          key={`${place} ${"field" in datum}`}
          className={classes.datum}
        >
          <CommitField
            label={t("source.dataName")}
            value={name}
            maxLength={64}
            commit={(next) => change(place, [next, datum])}
          />
          <Select
            label={t("source.dataFrom")}
            data={[
              { value: "value", label: t("source.fixed") },
              { value: "field", label: t("source.field") },
            ]}
            value={"field" in datum ? "field" : "value"}
            onChange={(kind) => change(place, [name, kind === "field" ? { field: fields[0] ?? "" } : { value: "" }])}
            allowDeselect={false}
          />
          <div className={classes.value}>
            {"field" in datum ? (
              <Select
                label={t("source.field")}
                data={[...fields]}
                value={datum.field || null}
                error={faults.find(({ pointer }) => pointer === `/rules/${index}/data/${name}/field`)?.message}
                onChange={(field) => field !== null && change(place, [name, { field }])}
                allowDeselect={false}
              />
            ) : (
              <FixedValue value={datum.value} put={(value) => change(place, [name, { value }])} />
            )}
          </div>
          <ActionIcon
            variant="subtle"
            size="lg"
            aria-label={t("source.removeData", { name })}
            onClick={() => change(place, undefined)}
          >
            <IconTrash size={17} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          onClick={() => put({ ...rule, data: { ...data, [freeName(data, "reason")]: { value: "" } } })}
        >
          {t("source.addData")}
        </Button>
      </div>
    </>
  );
}

function FixedValue({ value, put }: { value: string | number | boolean; put: (value: string) => void }) {
  const { t } = useTranslation();
  if (typeof value !== "string") return <TextInput label={t("source.value")} value={String(value)} readOnly />;
  return <CommitField label={t("source.value")} value={value} maxLength={500} commit={put} />;
}

/** What may stand at the caret of a rule's condition. */
function completionsAt(fields: readonly string[], text: string, caret: number): Completions {
  const before = text.slice(0, caret);
  const beginning = /[\w.]*$/.exec(before)?.[0] ?? "";
  const from = caret - beginning.length;
  const inText = (before.match(/"/g)?.length ?? 0) % 2 === 1;
  if (inText || beginning === "") return { from, options: [] };
  const names = [
    "event.type",
    "event.id",
    "event.time",
    "event.source",
    ...fields.map((name) => `event.fields.${name}`),
  ];
  const fitting = names.filter((name) => name.startsWith(beginning) && name !== beginning);
  return { from, options: fitting.map((insert) => ({ insert, about: "" })) };
}

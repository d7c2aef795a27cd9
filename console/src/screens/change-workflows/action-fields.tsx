import { ActionIcon, Button, Checkbox, NumberInput, Select } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { FieldRow } from "../../ui/edit-page.tsx";
import { usePermissionText } from "../grant-access/permission-texts.ts";
import { dense, nameFor } from "./edit-statechart.ts";
import classes from "./editor.module.css";
import { LocalTextFields } from "./local-text-fields.tsx";
import type { ActionJson, FieldJson, FieldType, LocalText } from "./statechart.ts";

const permissions = [
  "orders:write",
  "orders:hold",
  "orders:cancel",
  "fulfillment:write",
  "fulfillment:deliver",
  "tasks:write",
] as const;

const fieldTypes = ["text", "number", "flag", "choice", "date"] as const satisfies readonly FieldType[];

type ActionFieldsProps = { action: ActionJson; change: (action: ActionJson) => unknown };

/** The button that people press: its text, who may, what is asked before, and the form that is filled in. */
export function ActionFields({ action, change }: ActionFieldsProps) {
  const { t } = useTranslation();
  const permissionText = usePermissionText();
  const form = action.form ?? [];
  const known = permissions.some((each) => each === action.permission)
    ? permissions
    : [...permissions, action.permission];
  const setForm = (fields: readonly FieldJson[]) =>
    change(dense({ ...action, form: fields.length === 0 ? undefined : fields }));
  return (
    <fieldset className={classes.part}>
      <legend>{t("workflow.button")}</legend>
      <LocalTextFields
        label={t("workflow.buttonText")}
        value={action.label}
        required
        change={(label) => label !== undefined && change({ ...action, label })}
      />
      <Select
        label={t("workflow.permission")}
        data={known.map((value) => ({ value, label: permissionText(value, value) }))}
        value={action.permission}
        allowDeselect={false}
        onChange={(permission) => permission !== null && change({ ...action, permission })}
      />
      <LocalTextFields
        label={t("workflow.confirm")}
        value={action.confirm}
        change={(confirm) => change(dense({ ...action, confirm }))}
      />
      <Checkbox
        label={t("workflow.mayWhileHeld")}
        checked={action.whileHeld ?? false}
        onChange={(event) => change(dense({ ...action, whileHeld: event.currentTarget.checked || undefined }))}
      />
      <FormFields form={form} change={setForm} />
    </fieldset>
  );
}

type FormFieldsProps = { form: readonly FieldJson[]; change: (form: readonly FieldJson[]) => unknown };

/** What has to be entered, field by field. */
export function FormFields({ form, change }: FormFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <strong>{t("workflow.form")}</strong>
      {form.map((field, index) => (
        // A field is known by its place: its name may be changing.
        <div key={index} className={classes.item}>
          <FormField
            field={field}
            change={(changed) => change(form.map((each, at) => (at === index ? changed : each)))}
            remove={() => change(form.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          onClick={() => change([...form, newField(form, t("workflow.newField"))])}
        >
          {t("workflow.addField")}
        </Button>
      </div>
    </>
  );
}

function newField(form: readonly FieldJson[], label: string): FieldJson {
  const names = new Set(form.map(({ name }) => name));
  const base = nameFor(label);
  let name = base;
  for (let number = 2; names.has(name); number++) name = `${base}${number}`;
  return { name, label: { en: label }, type: "text" };
}

type FormFieldProps = { field: FieldJson; change: (field: FieldJson) => unknown; remove: () => unknown };

function FormField({ field, change, remove }: FormFieldProps) {
  const { t } = useTranslation();
  const setLabel = (label: LocalText | undefined) => {
    if (label === undefined) return;
    const text = typeof label === "string" ? label : (label["en"] ?? Object.values(label)[0] ?? "");
    change({ ...field, label, name: nameFor(text) || field.name });
  };
  return (
    <>
      <div className={classes.itemHead}>
        <code className="code faint">{field.name}</code>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("workflow.removeField")} onClick={remove}>
          <IconX size={15} />
        </ActionIcon>
      </div>
      <LocalTextFields label={t("workflow.fieldLabel")} value={field.label} required change={setLabel} />
      <FieldRow columns="1fr 1fr">
        <Select
          label={t("workflow.fieldType")}
          data={fieldTypes.map((value) => ({ value, label: t(`workflow.fieldTypes.${value}`) }))}
          value={field.type}
          allowDeselect={false}
          onChange={(chosen) => {
            const type = fieldTypes.find((each) => each === chosen);
            if (type) change(ofType(field, type));
          }}
        />
        <Checkbox
          label={t("workflow.fieldRequired")}
          checked={field.required ?? false}
          className={classes.besideField}
          onChange={(event) => change(dense({ ...field, required: event.currentTarget.checked || undefined }))}
        />
      </FieldRow>
      <Checkbox
        label={t("workflow.fieldPersonal")}
        description={t("workflow.fieldPersonalHint")}
        checked={field.personal ?? isPersonal(field.type)}
        onChange={({ currentTarget: { checked } }) =>
          change(dense({ ...field, personal: checked === isPersonal(field.type) ? undefined : checked }))
        }
      />
      {field.type === "number" && (
        <FieldRow columns="1fr 1fr">
          {(["minimum", "maximum"] as const).map((limit) => (
            <NumberInput
              key={limit}
              label={t(`workflow.limit.${limit}`)}
              value={field[limit] ?? ""}
              onChange={(entered) =>
                change(dense({ ...field, [limit]: typeof entered === "number" ? entered : undefined }))
              }
            />
          ))}
        </FieldRow>
      )}
      {field.type === "choice" && (
        <Options options={field.options ?? []} change={(options) => change({ ...field, options })} />
      )}
    </>
  );
}

/** What is taken for personal where the field does not say: people write anything into a text. */
function isPersonal(type: FieldType): boolean {
  return type === "text";
}

/** What only another type of field may say goes. */
function ofType({ name, label, required }: FieldJson, type: FieldType): FieldJson {
  const base = dense({ name, label, type, required });
  return type === "choice" ? { ...base, options: [{ value: "yes", label: { en: "Yes", de: "Ja" } }] } : base;
}

type Option = NonNullable<FieldJson["options"]>[number];

function Options({ options, change }: { options: readonly Option[]; change: (options: readonly Option[]) => unknown }) {
  const { t } = useTranslation();
  const setLabel = (index: number, label: LocalText | undefined) => {
    if (label === undefined) {
      change(options.filter((_, at) => at !== index));
      return;
    }
    const text = typeof label === "string" ? label : (label["en"] ?? "");
    change(options.map((each, at) => (at === index ? { value: nameFor(text) || each.value, label } : each)));
  };
  return (
    <>
      {options.map((option, index) => (
        <LocalTextFields
          key={index}
          label={t("workflow.option", { number: index + 1 })}
          value={option.label}
          change={(label) => setLabel(index, label)}
        />
      ))}
      <div>
        <Button
          variant="default"
          size="compact-xs"
          onClick={() => {
            const number = options.length + 1;
            change([...options, { value: `option${number}`, label: { en: t("workflow.option", { number }) } }]);
          }}
        >
          {t("workflow.addOption")}
        </Button>
      </div>
    </>
  );
}

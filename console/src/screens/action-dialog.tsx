import { Checkbox, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionFormField, OfferedAction } from "../api/generated/types.gen.ts";
import { ConfirmAction } from "../ui/confirm-action.tsx";
import { dataOf, type FormValues, isComplete, useLocalText } from "./offered-actions.ts";

type ActionDialogProps = {
  action: OfferedAction;
  opened: boolean;
  close: () => void;
  take: (data: FormValues) => Promise<unknown>;
};

/** The form of a workflow's action, drawn from what the workflow says of it. */
export default function ActionDialog({ action, opened, close, take }: ActionDialogProps) {
  const textOf = useLocalText();
  const [values, setValues] = useState<FormValues>({});
  const label = textOf(action.label);
  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={label}
      verb={label}
      complete={isComplete(action.form, values)}
      run={async () => {
        await take(dataOf(values));
        setValues({});
      }}
    >
      {action.confirm !== null && <p style={{ margin: 0 }}>{textOf(action.confirm)}</p>}
      <Stack gap="sm">
        {action.form.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={values[field.name]}
            change={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
      </Stack>
    </ConfirmAction>
  );
}

type FieldProps = {
  field: ActionFormField;
  value: string | number | boolean | undefined;
  change: (value: string | number | boolean) => void;
};

function Field({ field, value, change }: FieldProps) {
  const { t } = useTranslation();
  const textOf = useLocalText();
  const label = textOf(field.label);
  switch (field.type) {
    case "flag":
      return (
        <Checkbox label={label} checked={value === true} onChange={(event) => change(event.currentTarget.checked)} />
      );
    case "number":
      return (
        <NumberInput
          label={label}
          required={field.required}
          value={typeof value === "number" ? value : ""}
          onChange={change}
          min={field.minimum ?? undefined}
          max={field.maximum ?? undefined}
        />
      );
    case "choice":
      return (
        <Select
          label={label}
          required={field.required}
          data={field.options.map((option) => ({ value: option.value, label: textOf(option.label) }))}
          value={typeof value === "string" ? value : null}
          onChange={(chosen) => change(chosen ?? "")}
          allowDeselect={!field.required}
        />
      );
    case "date":
    case "text":
      return (
        <TextInput
          type={field.type}
          label={label}
          description={field.type === "text" && field.personal === false ? t("action.readByOthers") : undefined}
          required={field.required}
          maxLength={field.type === "text" ? field.maxLength : undefined}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => change(event.currentTarget.value)}
        />
      );
  }
}

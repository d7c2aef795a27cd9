import { Checkbox, NumberInput, Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { inWords } from "../humanize.ts";
import { CommitField } from "../change-documents/commit-field.tsx";
import { dense } from "./edit-statechart.ts";
import classes from "./editor.module.css";

type Params = Readonly<Record<string, unknown>>;

type ParamFieldsProps = {
  /** JSON Schema of the parameters; null: there are none. */
  schema: Params | null;
  params: Params;
  change: (params: Params) => unknown;
};

interface Schema {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  anyOf?: { const?: unknown }[];
  minimum?: number;
  maximum?: number;
}

/** The form of a step or a guard, drawn from the schema of its parameters. */
export function ParamFields({ schema, params, change }: ParamFieldsProps) {
  const fields = Object.entries((schema?.["properties"] ?? {}) as Record<string, Schema>);
  if (fields.length === 0) return null;
  const required = new Set((schema?.["required"] ?? []) as string[]);
  return (
    <div className={classes.fields}>
      {fields.map(([name, field]) => (
        <ParamField
          key={name}
          name={name}
          schema={field}
          required={required.has(name)}
          value={params[name]}
          change={(value) => change(dense({ ...params, [name]: value }))}
        />
      ))}
    </div>
  );
}

type ParamFieldProps = {
  name: string;
  schema: Schema;
  required: boolean;
  value: unknown;
  change: (value: unknown) => unknown;
};

function ParamField({ name, schema, required, value, change }: ParamFieldProps) {
  const shared = { label: inWords(name), description: schema.description, required };
  const choices = schema.enum ?? constantsOf(schema);
  if (choices) {
    const data = choices.map((choice) => ({ value: JSON.stringify(choice), label: inWords(String(choice)) }));
    return (
      <Select
        {...shared}
        data={data}
        value={value === undefined ? null : JSON.stringify(value)}
        clearable={!required}
        onChange={(chosen) => change(chosen === null ? undefined : (JSON.parse(chosen) as unknown))}
      />
    );
  }
  switch (schema.type) {
    case "boolean":
      return (
        <Checkbox
          label={shared.label}
          description={shared.description}
          checked={value === true}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      );
    case "integer":
    case "number":
      return (
        <NumberInput
          {...shared}
          value={typeof value === "number" ? value : ""}
          allowDecimal={schema.type === "number"}
          min={schema.minimum}
          max={schema.maximum}
          onChange={(entered) => change(typeof entered === "number" ? entered : undefined)}
        />
      );
    case "string":
      return (
        <CommitField
          {...shared}
          value={typeof value === "string" ? value : ""}
          commit={(text) => change(text === "" && !required ? undefined : text)}
        />
      );
    default:
      return <JsonField {...shared} value={value} change={change} />;
  }
}

function constantsOf({ anyOf }: Schema): unknown[] | null {
  if (!anyOf?.every((each) => "const" in each)) return null;
  return anyOf.map((each) => each.const);
}

/** What no simpler field can hold is written as JSON. */
function JsonField({
  value,
  change,
  ...props
}: Omit<ParamFieldProps, "name" | "schema"> & { label: string; description?: string }) {
  const { t } = useTranslation();
  const [broken, setBroken] = useState<string | null>(null);
  return (
    <CommitField
      {...props}
      multiline
      value={broken ?? (value === undefined ? "" : JSON.stringify(value, null, 2))}
      error={broken !== null && t("workflow.notJson")}
      commit={(text) => {
        try {
          change(text.trim() === "" ? undefined : (JSON.parse(text) as unknown));
          setBroken(null);
        } catch {
          setBroken(text);
        }
      }}
    />
  );
}

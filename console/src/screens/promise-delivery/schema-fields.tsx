import { ActionIcon, Button, Checkbox, MultiSelect, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { CommitField } from "../change-documents/commit-field.tsx";
import type { Fault } from "../change-documents/use-draft.ts";
import { fieldName, valueName } from "./field-words.ts";
import classes from "./delivery.module.css";

/** As much of JSON Schema as the documents of this place use. */
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

type FieldProps = {
  schema: Schema;
  /** The property, by which it is called. */
  name: string;
  value: unknown;
  /** Undefined takes it away. */
  put: (value: unknown) => void;
  required: boolean;
  pointer: string;
  faults: readonly Fault[];
};

type Values = Readonly<Record<string, unknown>>;

/** The fields of an object, made of its schema, each with what the server says is wrong with it. */
export function SchemaFields({ schema, value, put, pointer, faults }: Omit<FieldProps, "name" | "required">) {
  const values = (value ?? {}) as Values;
  const here = faults.filter((fault) => fault.pointer === pointer && pointer !== "");
  return (
    <div className={classes.fields}>
      {here.map(({ message }) => (
        <p key={message} className={classes.fault}>
          {message}
        </p>
      ))}
      {Object.entries(schema.properties ?? {}).map(([name, property]) => (
        <Field
          key={name}
          {...{ name, faults }}
          schema={property}
          value={values[name]}
          required={schema.required?.includes(name) === true}
          pointer={`${pointer}/${name}`}
          put={(next) => {
            const { [name]: _, ...others } = values;
            put(next === undefined ? others : { ...values, [name]: next });
          }}
        />
      ))}
    </div>
  );
}

function Field(props: FieldProps) {
  const { schema, name, value, put, required, pointer, faults } = props;
  const label = fieldName(name);
  const error = faults.find((fault) => fault.pointer === pointer)?.message;
  const shared = { label, error, required };
  if (schema.enum)
    return (
      <Select
        {...shared}
        data={schema.enum.map((each) => ({ value: each, label: valueName(each) }))}
        value={(value as string | undefined) ?? null}
        clearable={!required}
        onChange={(next) => put(next ?? undefined)}
      />
    );
  if (schema.type === "array") return <ListField {...props} error={error} />;
  if (schema.type === "object") return <GroupField {...props} />;
  if (schema.type === "boolean")
    return (
      <Checkbox
        label={label}
        error={error}
        checked={value === true}
        onChange={(event) => put(event.currentTarget.checked || undefined)}
      />
    );
  if (schema.type === "integer")
    return (
      <NumberInput
        {...shared}
        className={classes.short}
        value={(value as number | undefined) ?? ""}
        {...(schema.minimum !== undefined && { min: schema.minimum })}
        {...(schema.maximum !== undefined && { max: schema.maximum })}
        allowDecimal={false}
        onChange={(next) => put(typeof next === "number" ? next : undefined)}
      />
    );
  const native = schema.format === "date" ? "date" : schema.pattern?.includes("[0-5][0-9]$") ? "time" : null;
  if (native !== null)
    return (
      <TextInput
        {...shared}
        type={native}
        className={classes.short}
        value={(value as string | undefined) ?? ""}
        onChange={(event) => put(event.currentTarget.value || undefined)}
      />
    );
  return (
    <CommitField
      {...shared}
      value={(value as string | undefined) ?? ""}
      {...(schema.maxLength !== undefined && { maxLength: schema.maxLength })}
      commit={(next) => put(next === "" && !required ? undefined : next)}
    />
  );
}

/** A group that may be left out is switched on and off. */
function GroupField({ schema, name, value, put, required, pointer, faults }: FieldProps) {
  const label = fieldName(name);
  return (
    <fieldset className={classes.group}>
      <legend>
        {required ? (
          label
        ) : (
          <Checkbox
            label={label}
            checked={value !== undefined}
            onChange={(event) => put(event.currentTarget.checked ? beginningOf(schema) : undefined)}
          />
        )}
      </legend>
      {(required || value !== undefined) && <SchemaFields {...{ schema, value, put, pointer, faults }} />}
    </fieldset>
  );
}

function ListField({
  schema,
  name,
  value,
  put,
  required,
  pointer,
  faults,
  error,
}: FieldProps & { error?: string | undefined }) {
  const { t } = useTranslation();
  const label = fieldName(name);
  const items = (value ?? []) as readonly unknown[];
  const putItems = (next: readonly unknown[]) => put(next.length === 0 && !required ? undefined : next);
  const item = schema.items ?? {};
  if (item.enum)
    return (
      <MultiSelect
        {...{ label, error, required }}
        data={item.enum.map((each) => ({ value: each, label: valueName(each) }))}
        value={items as string[]}
        onChange={putItems}
      />
    );
  if (item.type === "string")
    return (
      <TagsInput {...{ label, error, required }} value={items as string[]} onChange={putItems} acceptValueOnBlur />
    );
  return (
    <fieldset className={classes.group}>
      <legend>{label}</legend>
      {error !== undefined && <p className={classes.fault}>{error}</p>}
      {items.map((each, index) => (
        <div
          // Items have no identity of their own but their place.
          key={`${index} ${items.length}`}
          className={classes.item}
          role="group"
          aria-label={t("delivery.item", { name: label, number: index + 1 })}
        >
          <SchemaFields
            schema={item}
            value={each}
            put={(next) => putItems(items.with(index, next))}
            pointer={`${pointer}/${index}`}
            faults={faults}
          />
          <ActionIcon
            variant="subtle"
            aria-label={t("delivery.removeItem", { name: label, number: index + 1 })}
            onClick={() => putItems(items.toSpliced(index, 1))}
          >
            <IconTrash size={15} stroke={1.6} aria-hidden="true" />
          </ActionIcon>
        </div>
      ))}
      {items.length < (schema.maxItems ?? Number.POSITIVE_INFINITY) && (
        <div>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden="true" />}
            onClick={() => putItems([...items, beginningOf(item)])}
          >
            {t("delivery.addItem", { name: label })}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** What must be said, with the examples of the schema. */
function beginningOf(schema: Schema): unknown {
  if (schema.enum) return schema.enum[0];
  if (schema.type === "object") {
    const must = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name));
    return Object.fromEntries(must.map(([name, property]) => [name, beginningOf(property)]));
  }
  if (schema.type === "array") return [beginningOf(schema.items ?? {})];
  return schema.examples?.[0] ?? (schema.type === "integer" ? (schema.minimum ?? 0) : "");
}

import { ActionIcon, Autocomplete, Button, Checkbox, NumberInput, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { listCategories } from "../../api/generated/sdk.gen.ts";
import { CountrySelect } from "../../ui/country-select.tsx";
import { FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { Picture } from "../../ui/picture.tsx";
import classes from "./catalog.module.css";
import type { SkuValues } from "./sku-values.ts";

type Fields = { form: UseFormReturnType<SkuValues> };

export function SkuFields({ form, isNew }: Fields & { isNew: boolean }) {
  const { t } = useTranslation();
  const { data: categories } = useQuery({
    queryKey: ["categories"],
    queryFn: async ({ signal }) => (await listCategories({ signal })).data.data,
  });
  const paths = categories?.map(({ path }) => path).filter((path) => path !== "") ?? [];
  return (
    <>
      <FormSection title={t("sku.identity")} about={t("sku.identityAbout")}>
        <TextInput label={t("sku.name")} required maxLength={500} {...form.getInputProps("name")} />
        <FieldRow>
          {isNew && (
            <TextInput
              label={t("sku.code")}
              description={t("sku.codeAbout")}
              required
              maxLength={64}
              {...form.getInputProps("code")}
            />
          )}
          <TextInput
            label={t("sku.product")}
            description={t("sku.productAbout")}
            maxLength={100}
            {...form.getInputProps("productId")}
          />
        </FieldRow>
        <FieldRow>
          <TextInput label="GTIN" inputMode="numeric" maxLength={14} {...form.getInputProps("gtin")} />
          <Autocomplete
            label={t("sku.category")}
            placeholder="apparel/men/shirts"
            data={paths}
            limit={40}
            maxLength={500}
            {...form.getInputProps("categoryPath")}
          />
        </FieldRow>
        <div className={classes.preview}>
          <Picture key={form.values.imageUrl} url={form.values.imageUrl || null} size={64} />
          <TextInput
            label={t("sku.image")}
            description={t("sku.imageAbout")}
            maxLength={2000}
            {...form.getInputProps("imageUrl")}
          />
        </div>
      </FormSection>

      <FormSection title={t("sku.attributes")} about={t("sku.attributesAbout")}>
        <Attributes form={form} />
      </FormSection>

      <FormSection title={t("sku.shipping")} about={t("sku.shippingAbout")}>
        <FieldRow>
          <Measure form={form} path="weightGrams" label={t("sku.weight")} suffix=" g" />
          <Measure form={form} path="lengthMillimeters" label={t("sku.length")} suffix=" mm" />
          <Measure form={form} path="widthMillimeters" label={t("sku.width")} suffix=" mm" />
          <Measure form={form} path="heightMillimeters" label={t("sku.height")} suffix=" mm" />
        </FieldRow>
        <FieldRow>
          <TextInput label={t("sku.freightClass")} maxLength={50} {...form.getInputProps("freightClass")} />
          <TextInput
            label={t("sku.hazardClass")}
            placeholder="UN3481"
            maxLength={50}
            {...form.getInputProps("hazardClass")}
          />
          <NumberInput
            label={t("sku.minimumAge")}
            min={0}
            max={150}
            allowDecimal={false}
            {...form.getInputProps("minimumAge")}
          />
        </FieldRow>
        <FieldRow>
          <TextInput label={t("sku.hsCode")} placeholder="6205.20" maxLength={15} {...form.getInputProps("hsCode")} />
          <Origin form={form} />
        </FieldRow>
      </FormSection>

      <FormSection title={t("sku.handling")} about={t("sku.handlingAbout")}>
        <Units form={form} />
        <FieldRow>
          {(["serialTracked", "lotTracked", "expiryTracked"] as const).map((path) => (
            <Checkbox key={path} label={t(`sku.${path}`)} {...form.getInputProps(path, { type: "checkbox" })} />
          ))}
        </FieldRow>
        <TextInput
          label={t("sku.externalId")}
          description={t("sku.externalIdAbout")}
          maxLength={200}
          {...form.getInputProps("externalId")}
        />
      </FormSection>
    </>
  );
}

type MeasureProps = Fields & {
  path: "weightGrams" | "lengthMillimeters" | "widthMillimeters" | "heightMillimeters";
  label: string;
  suffix: string;
};

function Measure({ form, path, label, suffix }: MeasureProps) {
  return (
    <NumberInput
      label={label}
      suffix={suffix}
      min={0}
      max={path === "weightGrams" ? 1_000_000_000 : 10_000_000}
      allowDecimal={false}
      hideControls
      {...form.getInputProps(path)}
    />
  );
}

function Origin({ form }: Fields) {
  const { t } = useTranslation();
  const { value, onChange, ...field } = form.getInputProps("originCountry");
  return (
    <CountrySelect
      label={t("sku.origin")}
      value={value === "" ? null : String(value)}
      onChange={(code) => onChange(code ?? "")}
      {...field}
    />
  );
}

function Attributes({ form }: Fields) {
  const { t } = useTranslation();
  return (
    <div className={classes.list}>
      {form.values.attributes.map((_, index) => (
        <div key={index} className={classes.attribute}>
          <TextInput
            aria-label={t("sku.attributeName")}
            placeholder={t("sku.attributeName")}
            maxLength={100}
            {...form.getInputProps(`attributes.${index}.name`)}
          />
          <TextInput
            aria-label={t("sku.attributeValue")}
            placeholder={t("sku.attributeValue")}
            maxLength={1000}
            {...form.getInputProps(`attributes.${index}.value`)}
          />
          <Remove label={t("ui.remove")} run={() => form.removeListItem("attributes", index)} />
        </div>
      ))}
      <Add label={t("sku.addAttribute")} run={() => form.insertListItem("attributes", { name: "", value: "" })} />
    </div>
  );
}

function Units({ form }: Fields) {
  const { t } = useTranslation();
  return (
    <div className={classes.list} role="group" aria-label={t("sku.units")}>
      {form.values.unitsOfMeasure.map((_, index) => (
        <div key={index} className={classes.unit}>
          <TextInput
            aria-label={t("sku.unit")}
            placeholder={t("sku.unitHint")}
            maxLength={32}
            {...form.getInputProps(`unitsOfMeasure.${index}.unit`)}
          />
          <NumberInput
            aria-label={t("sku.unitQuantity")}
            placeholder="12"
            min={1}
            max={1_000_000}
            allowDecimal={false}
            {...form.getInputProps(`unitsOfMeasure.${index}.quantity`)}
          />
          <TextInput
            aria-label="GTIN"
            placeholder="GTIN"
            inputMode="numeric"
            maxLength={14}
            {...form.getInputProps(`unitsOfMeasure.${index}.gtin`)}
          />
          <Remove label={t("ui.remove")} run={() => form.removeListItem("unitsOfMeasure", index)} />
        </div>
      ))}
      <Add
        label={t("sku.addUnit")}
        run={() => form.insertListItem("unitsOfMeasure", { unit: "", quantity: "", gtin: "" })}
      />
    </div>
  );
}

function Remove({ label, run }: { label: string; run: () => void }) {
  return (
    <ActionIcon size={32} aria-label={label} onClick={run}>
      <IconTrash size={15} stroke={1.6} aria-hidden="true" />
    </ActionIcon>
  );
}

function Add({ label, run }: { label: string; run: () => void }) {
  return (
    <div>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} stroke={1.8} aria-hidden="true" />}
        onClick={run}
      >
        {label}
      </Button>
    </div>
  );
}

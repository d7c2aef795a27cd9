import { NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { CountrySelect } from "../../ui/country-select.tsx";
import { FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { timeZonesWith } from "../../ui/time-zones.ts";
import { useLocationGroups } from "../places.tsx";
import { CalendarFields } from "./calendar-fields.tsx";
import type { LocationValues } from "./location-values.ts";
import { types } from "./locations.tsx";

type LocationFieldsProps = { form: UseFormReturnType<LocationValues>; isNew: boolean };

export function LocationFields({ form, isNew }: LocationFieldsProps) {
  const { t } = useTranslation();
  const groups = useLocationGroups();
  const timeZones = useMemo(() => timeZonesWith(form.getValues().timeZone), [form]);
  return (
    <>
      <FormSection title={t("location.identity")} about={t("location.identityAbout")}>
        <FieldRow columns="2fr 1fr">
          <TextInput label={t("location.name")} required maxLength={200} {...form.getInputProps("name")} />
          <Select
            label={t("location.type")}
            data={types.map((value) => ({ value, label: t(`location.types.${value}`) }))}
            allowDeselect={false}
            {...form.getInputProps("type")}
          />
        </FieldRow>
        <FieldRow>
          {isNew && (
            <TextInput
              label={t("location.code")}
              description={t("location.codeAbout")}
              placeholder="ST-LEEDS"
              required
              maxLength={64}
              {...form.getInputProps("code")}
            />
          )}
          <TagsInput
            label={t("location.groups")}
            description={t("location.groupsAbout")}
            data={[...groups]}
            maxTags={50}
            {...form.getInputProps("groups")}
          />
        </FieldRow>
      </FormSection>

      <FormSection title={t("location.address")} about={t("location.addressAbout")}>
        <TextInput label={t("location.line1")} maxLength={200} {...form.getInputProps("address.line1")} />
        <TextInput label={t("location.line2")} maxLength={200} {...form.getInputProps("address.line2")} />
        <FieldRow columns="1fr 2fr 2fr">
          <TextInput label={t("location.postalCode")} maxLength={20} {...form.getInputProps("address.postalCode")} />
          <TextInput label={t("location.city")} maxLength={100} {...form.getInputProps("address.city")} />
          <TextInput label={t("location.region")} maxLength={100} {...form.getInputProps("address.region")} />
        </FieldRow>
        <FieldRow>
          <Country form={form} />
          <TextInput label={t("location.phone")} type="tel" maxLength={40} {...form.getInputProps("address.phone")} />
        </FieldRow>
        <FieldRow>
          <NumberInput
            label={t("location.latitude")}
            placeholder="53.797"
            min={-90}
            max={90}
            decimalScale={6}
            hideControls
            {...form.getInputProps("latitude")}
          />
          <NumberInput
            label={t("location.longitude")}
            placeholder="-1.546"
            min={-180}
            max={180}
            decimalScale={6}
            hideControls
            {...form.getInputProps("longitude")}
          />
        </FieldRow>
      </FormSection>

      <FormSection title={t("location.hours")} about={t("location.hoursAbout")}>
        <Select
          label={t("location.timeZone")}
          data={timeZones}
          searchable
          limit={100}
          allowDeselect={false}
          nothingFoundMessage={t("ui.nothingFound")}
          {...form.getInputProps("timeZone")}
        />
        <CalendarFields form={form} />
      </FormSection>

      <FormSection title={t("location.work")} about={t("location.workAbout")}>
        <FieldRow>
          <NumberInput
            label={t("location.capacityPerDay")}
            description={t("location.capacityAbout")}
            placeholder={t("location.unlimited")}
            min={0}
            max={10_000_000}
            allowDecimal={false}
            thousandSeparator=" "
            {...form.getInputProps("capacityPerDay")}
          />
          <NumberInput
            label={t("location.priority")}
            description={t("location.priorityAbout")}
            min={0}
            max={1_000_000}
            allowDecimal={false}
            {...form.getInputProps("priority")}
          />
        </FieldRow>
        <TextInput
          label={t("location.externalId")}
          description={t("location.externalIdAbout")}
          maxLength={200}
          {...form.getInputProps("externalId")}
        />
      </FormSection>
    </>
  );
}

function Country({ form }: Pick<LocationFieldsProps, "form">) {
  const { t } = useTranslation();
  const { value, onChange, ...field } = form.getInputProps("address.country");
  return (
    <CountrySelect
      label={t("location.country")}
      value={value === "" ? null : String(value)}
      onChange={(code) => onChange(code ?? "")}
      {...field}
    />
  );
}

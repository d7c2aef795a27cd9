import { NumberInput, Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { FieldRow } from "../../ui/edit-page.tsx";
import { units } from "../change-workflows/durations.ts";
import { CalendarFields } from "../run-locations/calendar-fields.tsx";
import type { LocationValues } from "../run-locations/location-values.ts";
import { hoursKinds, type HoursValues } from "./queue-values.ts";

type DurationRowProps = {
  form: { getInputProps: (path: string) => object };
  path: string;
  label: string;
  /** 0 where "at once" means something. */
  min?: 0 | 1;
};

export function DurationRow({ form, path, label, min = 1 }: DurationRowProps) {
  const { t } = useTranslation();
  return (
    <FieldRow columns="1fr 1fr">
      <NumberInput label={label} min={min} allowDecimal={false} required {...form.getInputProps(`${path}.count`)} />
      <Select
        label={t("workflow.unit")}
        data={units.map((unit) => ({ value: unit, label: t(`workflow.units.${unit}`) }))}
        allowDeselect={false}
        {...form.getInputProps(`${path}.unit`)}
      />
    </FieldRow>
  );
}

/** When people work: time that runs out runs only then. */
export function HoursFields({ form, ofLocation }: { form: UseFormReturnType<HoursValues>; ofLocation: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        label={t("queue.hours")}
        data={hoursKinds.map((value) => ({
          value,
          label: value === "location" ? ofLocation : t(`queue.hoursKinds.${value}`),
        }))}
        allowDeselect={false}
        {...form.getInputProps("hours")}
      />
      {form.values.hours === "own" && (
        <>
          <TextInput label={t("queue.timeZone")} placeholder="Europe/London" {...form.getInputProps("timeZone")} />
          {/* It reads and writes the calendar alone, which both forms hold in the same place. */}
          <CalendarFields form={form as unknown as UseFormReturnType<LocationValues>} withCutOffs={false} />
        </>
      )}
    </>
  );
}

import { SegmentedControl, Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { AvailabilityItem } from "../../api/generated/types.gen.ts";
import { CountrySelect } from "../../ui/country-select.tsx";
import { FieldRow } from "../../ui/edit-page.tsx";
import { useLocationNames, useNetworks } from "../places.tsx";
import { methodOf, type OrderValues } from "./order-values.ts";

type DestinationFieldsProps = {
  form: UseFormReturnType<OrderValues>;
  /** Of the channel's network: only its locations hand anything over. */
  network: string | undefined;
  available: ReadonlyMap<string, AvailabilityItem>;
};

export function DestinationFields({ form, network, available }: DestinationFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      {form.values.type !== "service" && (
        <SegmentedControl
          aria-label={t("take.method")}
          data={[
            { value: "delivery", label: t("method.delivery") },
            { value: "pickup", label: t("method.pickup") },
          ]}
          value={form.values.method}
          onChange={(method) => form.setFieldValue("method", method)}
        />
      )}
      {methodOf(form.values) === "delivery" ? (
        <AddressFields form={form} />
      ) : (
        <PickupLocation form={form} network={network} available={available} />
      )}
      <TextInput
        label={t("take.instructions")}
        placeholder={t("take.instructionsHint")}
        maxLength={500}
        {...form.getInputProps("instructions")}
      />
      <TextInput label={t("take.giftMessage")} maxLength={500} {...form.getInputProps("giftMessage")} />
    </>
  );
}

function AddressFields({ form }: Pick<DestinationFieldsProps, "form">) {
  const { t } = useTranslation();
  const { value, onChange, ...country } = form.getInputProps("address.country");
  return (
    <>
      <TextInput
        label={t("take.recipient")}
        placeholder={form.values.customer.name || undefined}
        maxLength={200}
        {...form.getInputProps("address.name")}
      />
      <TextInput label={t("location.line1")} required maxLength={200} {...form.getInputProps("address.line1")} />
      <TextInput label={t("location.line2")} maxLength={200} {...form.getInputProps("address.line2")} />
      <FieldRow columns="1fr 2fr 2fr">
        <TextInput label={t("location.postalCode")} maxLength={20} {...form.getInputProps("address.postalCode")} />
        <TextInput label={t("location.city")} required maxLength={100} {...form.getInputProps("address.city")} />
        <CountrySelect
          label={t("location.country")}
          required
          value={value === "" ? null : String(value)}
          onChange={(code) => onChange(code ?? "")}
          {...country}
        />
      </FieldRow>
    </>
  );
}

/** Locations that have everything come first: there the customer can collect today. */
function PickupLocation({ form, network, available }: DestinationFieldsProps) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const { data: networks } = useNetworks();
  const { lines } = form.values;
  const codes = networks?.find(({ code }) => code === network)?.locations ?? [];
  const unitsAt = (sku: string, code: string) =>
    available.get(sku)?.locations?.find(({ location }) => location === code)?.quantity ?? 0;
  const options = codes
    .map((code) => ({
      code,
      there: lines.filter((line) => unitsAt(line.sku, code) >= Number(line.quantity)).length,
    }))
    .toSorted((one, other) => other.there - one.there || nameOf(one.code).localeCompare(nameOf(other.code)));
  const describe = (there: number) => {
    if (lines.length === 0) return "";
    return there === lines.length
      ? ` · ${t("take.hasAll")}`
      : ` · ${t("take.hasSome", { there, count: lines.length })}`;
  };
  return (
    <Select
      label={t("take.location")}
      required
      searchable
      data={options.map(({ code, there }) => ({ value: code, label: `${nameOf(code)}${describe(there)}` }))}
      nothingFoundMessage={t("ui.nothingFound")}
      {...form.getInputProps("location")}
    />
  );
}

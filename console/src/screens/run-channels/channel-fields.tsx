import { NumberInput, Radio, Select, Stack, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { formatLocale } from "../../ui/format.ts";
import { useNetworks } from "../places.tsx";
import { channelKinds, type ChannelValues } from "./channel-values.ts";

type ChannelFieldsProps = { form: UseFormReturnType<ChannelValues>; isNew: boolean };

export function ChannelFields({ form, isNew }: ChannelFieldsProps) {
  const { t } = useTranslation();
  const { data: networks } = useNetworks();
  const currencies = useMemo(() => currencyOptions(), []);
  return (
    <>
      <FormSection title={t("channel.identity")} about={t("channel.identityAbout")}>
        <FieldRow columns="2fr 1fr">
          <TextInput label={t("channel.name")} required maxLength={200} {...form.getInputProps("name")} />
          <Select
            label={t("channel.kind")}
            data={channelKinds.map((value) => ({ value, label: t(`channel.kinds.${value}`) }))}
            allowDeselect={false}
            {...form.getInputProps("kind")}
          />
        </FieldRow>
        {isNew && (
          <TextInput
            label={t("channel.code")}
            description={t("channel.codeAbout")}
            placeholder="web-uk"
            required
            maxLength={64}
            {...form.getInputProps("code")}
          />
        )}
        <FieldRow>
          <TextInput label={t("channel.brand")} required maxLength={100} {...form.getInputProps("brand")} />
          <TextInput
            label={t("channel.market")}
            placeholder="GB"
            required
            maxLength={100}
            {...form.getInputProps("market")}
          />
          <Select
            label={t("channel.currency")}
            data={currencies}
            searchable
            required
            limit={60}
            nothingFoundMessage={t("ui.nothingFound")}
            {...form.getInputProps("currency")}
          />
        </FieldRow>
      </FormSection>

      <FormSection title={t("channel.stock")} about={t("channel.stockAbout")}>
        <FieldRow columns="2fr 1fr">
          <Select
            label={t("channel.network")}
            data={networks?.map(({ code, name, locations }) => ({
              value: code,
              label: t("channel.networkOf", { name, count: locations.length }),
            }))}
            required
            searchable
            nothingFoundMessage={t("ui.nothingFound")}
            {...form.getInputProps("network")}
          />
          <NumberInput
            label={t("channel.lowStockAt")}
            min={0}
            max={1_000_000_000}
            allowDecimal={false}
            {...form.getInputProps("lowStockAt")}
          />
        </FieldRow>
      </FormSection>

      <FormSection title={t("channel.orders")} about={t("channel.ordersAbout")}>
        <Radio.Group label={t("channel.whenUnavailable")} {...form.getInputProps("whenUnavailable")}>
          <Stack gap={8} mt={6}>
            {(["reject", "backorder"] as const).map((value) => (
              <Radio
                key={value}
                value={value}
                label={t(`channel.unavailable.${value}`)}
                description={t(`channel.unavailableAbout.${value}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Radio.Group label={t("channel.whenChanged")} {...form.getInputProps("whenChanged")}>
          <Stack gap={8} mt={6}>
            {(["refuse", "newVersion"] as const).map((value) => (
              <Radio
                key={value}
                value={value}
                label={t(`channel.changed.${value}`)}
                description={t(`channel.changedAbout.${value}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        <TextInput
          label={t("channel.externalId")}
          description={t("channel.externalIdAbout")}
          maxLength={200}
          {...form.getInputProps("externalId")}
        />
      </FormSection>
    </>
  );
}

function currencyOptions() {
  const names = new Intl.DisplayNames(formatLocale(), { type: "currency" });
  return Intl.supportedValuesOf("currency").map((value) => ({
    value,
    label: `${value} · ${names.of(value) ?? value}`,
  }));
}

import { Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { FieldRow } from "../../ui/edit-page.tsx";
import { ChooseOrder } from "../change-documents/choose-order.tsx";
import { useOrderTypeText } from "../order-types.tsx";
import type { OrderValues, TakenType } from "./order-values.ts";

const types = [
  "standard",
  "preOrder",
  "backOrder",
  "makeToOrder",
  "service",
  "dropShip",
  "exchange",
] as const satisfies readonly TakenType[];

type TypeFieldsProps = { form: UseFormReturnType<OrderValues> };

/** What it is, with what happens to it then. */
export function ChooseType({ form }: TypeFieldsProps) {
  const { t } = useTranslation();
  const typeText = useOrderTypeText();
  return (
    <Select
      label={t("take.type")}
      data={types.map((value) => ({ value, label: typeText(value) }))}
      description={t(`take.typeAbout.${form.values.type}`)}
      inputWrapperOrder={["label", "input", "description", "error"]}
      allowDeselect={false}
      {...form.getInputProps("type")}
    />
  );
}

/** What only this type of order has to be told. */
export function TypeFields({ form }: TypeFieldsProps) {
  const { t } = useTranslation();
  const { type, customer, exchangeOf } = form.values;
  switch (type) {
    case "preOrder":
      return <TextInput label={t("take.releaseOn")} type="date" required {...form.getInputProps("releaseOn")} />;
    case "service":
      return (
        <FieldRow>
          <TextInput label={t("take.notBefore")} type="datetime-local" {...form.getInputProps("notBefore")} />
          <TextInput label={t("take.notAfter")} type="datetime-local" {...form.getInputProps("notAfter")} />
        </FieldRow>
      );
    case "exchange":
      return (
        <ChooseOrder
          label={t("take.exchangeOf")}
          required
          fault={form.errors["exchangeOf"]}
          value={exchangeOf?.id ?? null}
          change={(id, { number, customerName, customerReference }) => {
            form.setFieldValue("exchangeOf", { id, number: String(number) });
            form.clearFieldError("exchangeOf");
            form.setFieldValue("customer", {
              ...customer,
              name: customer.name || (customerName ?? ""),
              reference: customer.reference || (customerReference ?? ""),
            });
          }}
        />
      );
    default:
      return null;
  }
}

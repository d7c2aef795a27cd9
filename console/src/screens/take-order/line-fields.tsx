import { ActionIcon, NumberInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { AvailabilityItem } from "../../api/generated/types.gen.ts";
import { currencyExponent } from "../../ui/format.ts";
import { Money } from "../../ui/money.tsx";
import { Picture } from "../../ui/picture.tsx";
import { AvailableBadge } from "./find-sku.tsx";
import { minorOf, type OrderValues, type stockOf } from "./order-values.ts";
import classes from "./take-order.module.css";

type LineFieldsProps = {
  form: UseFormReturnType<OrderValues>;
  currency: string;
  available: ReadonlyMap<string, AvailabilityItem>;
  stock: ReturnType<typeof stockOf>;
};

export function LineFields({ form, currency, available, stock }: LineFieldsProps) {
  const { t } = useTranslation();
  return (
    <ul className={classes.lines} aria-label={t("take.lines")}>
      {form.values.lines.map((line, index) => {
        const quantity = available.get(line.sku)?.quantity;
        const missing = quantity === undefined ? 0 : Number(line.quantity) - Math.max(quantity, 0);
        return (
          <li key={line.sku} className={classes.line}>
            <Picture url={line.imageUrl} size={44} />
            <div className={classes.product}>
              <strong>{line.name}</strong>
              <span className={classes.facts}>
                <span className="soft code">{line.sku}</span>
                {stock !== "later" && <AvailableBadge quantity={quantity} wanted={Number(line.quantity)} />}
                {stock !== "later" && missing > 0 && (
                  <span className={stock === "awaited" ? "soft" : classes.missing}>
                    {stock === "awaited" ? t("take.waits", { count: missing }) : t("take.tooMany", { count: missing })}
                  </span>
                )}
              </span>
            </div>
            <NumberInput
              className={classes.quantity}
              aria-label={t("take.quantityOf", { name: line.name })}
              min={1}
              max={1_000_000_000}
              allowDecimal={false}
              {...form.getInputProps(`lines.${index}.quantity`)}
            />
            <NumberInput
              className={classes.price}
              aria-label={t("take.priceOf", { name: line.name })}
              placeholder={t("take.price")}
              min={0}
              decimalScale={currencyExponent(currency)}
              fixedDecimalScale
              suffix={` ${currency}`}
              hideControls
              {...form.getInputProps(`lines.${index}.unitPrice`)}
            />
            <span className={classes.sum}>
              <Money minor={Number(line.quantity) * minorOf(line.unitPrice, currency)} currency={currency} />
            </span>
            <ActionIcon
              aria-label={t("take.remove", { name: line.name })}
              onClick={() => form.removeListItem("lines", index)}
            >
              <IconTrash size={16} stroke={1.6} aria-hidden="true" />
            </ActionIcon>
          </li>
        );
      })}
    </ul>
  );
}

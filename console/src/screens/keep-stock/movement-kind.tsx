import { useTranslation } from "react-i18next";

const kinds = [
  "sale",
  "return",
  "receipt",
  "shipment",
  "damage",
  "repair",
  "loss",
  "found",
  "adjustment",
  "snapshot",
  "allocation",
  "release",
] as const;

/** What moved the stock, in words; a kind that a later release brings is shown as it is named. */
export function MovementKind({ kind }: { kind: string }) {
  const { t } = useTranslation();
  const known = kinds.find((each) => each === kind);
  return known ? t(`stock.kind.${known}`) : kind;
}

import { formatMoney } from "./format.ts";

/** `minor` is an integer in the currency's minor unit: 1990 EUR is €19.90, 1990 JPY is ¥1,990. */
export function Money({ minor, currency }: { minor: number; currency: string }) {
  return <span data-money>{formatMoney(minor, currency)}</span>;
}

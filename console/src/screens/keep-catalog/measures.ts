import { formatLocale } from "../../ui/format.ts";

const gramsPerKilogram = 1000;

/** "240 g", "1.25 kg": in the unit in which people say it. */
export function formatWeight(grams: number): string {
  const inKilograms = grams >= gramsPerKilogram;
  return new Intl.NumberFormat(formatLocale(), {
    style: "unit",
    unit: inKilograms ? "kilogram" : "gram",
    maximumFractionDigits: 3,
  }).format(inKilograms ? grams / gramsPerKilogram : grams);
}

/** "320 × 240 × 60 mm"; nothing where a side is not known. */
export function formatSize(sides: readonly (number | null)[]): string | null {
  if (sides.some((side) => side === null)) return null;
  const count = new Intl.NumberFormat(formatLocale());
  return `${sides.map((side) => count.format(side ?? 0)).join(" × ")} mm`;
}

/** GS1 numbers: GTIN-8, -12 (UPC), -13 (EAN) and -14. The last digit checks the others. */
const GTIN = /^(\d{8}|\d{12}|\d{13}|\d{14})$/;

export type GtinFault = "length" | "checkDigit";

export function faultOfGtin(gtin: string): GtinFault | null {
  if (!GTIN.test(gtin)) return "length";
  return Number(gtin.at(-1)) === checkDigitOf(gtin.slice(0, -1)) ? null : "checkDigit";
}

/** Weights 3 and 1 from the right, what is missing to the next ten (GS1 General Specifications 7.9). */
export function checkDigitOf(digits: string): number {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const weight = (digits.length - index) % 2 === 1 ? 3 : 1;
    sum += Number(digits[index]) * weight;
  }
  return (10 - (sum % 10)) % 10;
}

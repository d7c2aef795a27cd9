import { useTranslation } from "react-i18next";
import type { ShownFault } from "./problem.ts";

/** The stable names that the server gives to what is wrong with a value. */
export const faultCodes = [
  "required",
  "unknownField",
  "unknownCode",
  "notOneOf",
  "notMoment",
  "notDay",
  "badFormat",
  "wrongType",
  "tooShort",
  "tooLong",
  "tooSmall",
  "tooLarge",
  "tooFew",
  "tooMany",
  "duplicates",
  "notCurrency",
  "badGtin",
] as const;

/** What is wrong, in the reader's language; the server's own sentence where it has no name, or one of a newer server. */
export function useFaultText(): (fault: ShownFault) => string {
  const { t } = useTranslation();
  return ({ code, message, expected }) => {
    const known = faultCodes.find((each) => each === code);
    return known ? t(`fault.${known}`, { expected }) : message;
  };
}

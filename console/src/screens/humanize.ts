import { shippedText } from "../api/server-text.ts";

/** "lostParcel" has no translation of its own and reads "Lost parcel". */
export function humanize(name: string): string {
  const words = name.replace(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`,
  );
  return words.replace(/^./, (letter) => letter.toUpperCase());
}

/** The name of a step, a condition, an event or a field of the server in the reader's words; what people named stays. */
export function inWords(name: string): string {
  return shippedText(humanize(name));
}

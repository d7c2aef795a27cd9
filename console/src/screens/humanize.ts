/** "lostParcel" has no translation of its own and reads "Lost parcel". */
export function humanize(name: string): string {
  const words = name.replace(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`,
  );
  return words.replace(/^./, (letter) => letter.toUpperCase());
}

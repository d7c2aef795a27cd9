/** Fields of a form hold texts; the API tells "nothing" as null. */
export function orNull(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === "" ? null : trimmed;
}

/** A number field holds "" while it is empty. */
export function numberOrNull(value: number | string): number | null {
  return value === "" ? null : Number(value);
}

/** Leaves out what is empty, for objects of optional texts. */
export function filled<Key extends string>(texts: Readonly<Record<Key, string>>): Partial<Record<Key, string>> {
  const kept = Object.entries<string>(texts).flatMap(([key, text]) => (text.trim() ? [[key, text.trim()]] : []));
  return Object.fromEntries(kept) as Partial<Record<Key, string>>;
}

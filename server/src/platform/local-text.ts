import { Type } from "typebox";

/** A text for people: one for all, or one per language code. */
export type LocalText = string | Readonly<Record<string, string>>;

/** As it is written in documents, each text of a length within these bounds. */
export function localTextShape({ minLength = 1, maxLength }: { minLength?: number; maxLength: number }) {
  const text = Type.String({ minLength, maxLength });
  return Type.Union([
    text,
    Type.Record(Type.String({ pattern: "^[a-z]{2,3}(-[A-Z]{2})?$" }), text, { minProperties: 1 }),
  ]);
}

/** As it is answered. */
export const LocalTextAnswer = Type.Union(
  [Type.String(), Type.Record(Type.String(), Type.String(), { description: "By language code." })],
  {
    description: "A text for people: one for all, or one per language.",
    examples: [{ en: "Gift wrapped", de: "Verpackt" }],
  },
);

/** For whoever reads no language in particular: English, else the first that it has. */
export function plainText(text: LocalText): string {
  return typeof text === "string" ? text : (text["en"] ?? Object.values(text)[0] ?? "");
}

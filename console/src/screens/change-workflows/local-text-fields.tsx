import { useTranslation } from "react-i18next";
import { FieldRow } from "../../ui/edit-page.tsx";
import { CommitField } from "../change-documents/commit-field.tsx";
import type { LocalText } from "./statechart.ts";

type LocalTextFieldsProps = {
  label: string;
  value: LocalText | undefined;
  /** Undefined when it is empty in every language. */
  change: (text: LocalText | undefined) => unknown;
  required?: boolean;
  multiline?: boolean;
  maxLength?: number;
};

/** A text for people, in the languages that the console speaks. Those that it does not speak stay what they are. */
export function LocalTextFields({ label, value, change, required, multiline, maxLength = 1000 }: LocalTextFieldsProps) {
  const { t } = useTranslation();
  const texts: Readonly<Record<string, string>> = typeof value === "string" ? { en: value } : (value ?? {});
  const commit = (language: string, text: string) => {
    const all = { ...texts, [language]: text.trim() };
    const said = Object.fromEntries(Object.entries(all).filter(([, each]) => each !== ""));
    change(Object.keys(said).length === 0 ? undefined : said);
  };
  return (
    <FieldRow columns="1fr 1fr">
      {(["en", "de"] as const).map((language) => (
        <CommitField
          key={language}
          label={`${label}, ${t(`workflow.language.${language}`)}`}
          value={texts[language] ?? ""}
          required={required && language === "en"}
          multiline={multiline}
          maxLength={maxLength}
          commit={(text) => commit(language, text)}
        />
      ))}
    </FieldRow>
  );
}

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { speakServerTexts } from "../api/server-text.ts";
import { formatCount, setFormatLocale } from "../ui/format.ts";
import type english from "./texts/en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "console";
    resources: { console: typeof english };
  }
}

const languages = {
  en: () => import("./texts/en.json"),
  de: () => import("./texts/de.json"),
} as const;

/** What the server says, which is English by itself. */
const serverTexts = {
  en: () => Promise.resolve({ default: {} }),
  de: () => import("./texts/server.de.json"),
} as const;

export type Language = keyof typeof languages;

export const languageNames: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch" };

const storageKey = "orrery.language";

function isLanguage(tag: string | null | undefined): tag is Language {
  return tag !== null && tag !== undefined && tag in languages;
}

/** What the person chose on this device, else the first language of the browser that the console speaks. */
function preferredLanguage(): Language {
  const chosen = localStorage.getItem(storageKey);
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.split("-")[0]).find(isLanguage) ?? "en";
}

/** Only the language in use is loaded. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    defaultNS: "console",
    fallbackLng: false,
    interpolation: { escapeValue: false },
  });
  // Texts write {{count, number}}, so that 1004 is "1,004" in them too.
  i18next.services.formatter?.add("number", formatCount);
  await speak(preferredLanguage());
}

export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(storageKey, language);
  await speak(language);
}

async function speak(language: Language): Promise<void> {
  const [texts, said] = await Promise.all([languages[language](), serverTexts[language]()]);
  speakServerTexts(said.default);
  i18next.addResourceBundle(language, "console", texts.default);
  setFormatLocale(language, navigator.languages);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

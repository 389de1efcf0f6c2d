/**
 * Words in the language of the user: `t` anywhere, `useText` in components (they draw again when the language changes).
 * Keys are checked by the compiler. Numbers keep "." as decimal sign, because expressions and files do.
 */
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import { en, es, libraryEs } from "../text/index.ts";
import type { TextKey } from "../text/index.ts";

export type { TextKey } from "../text/index.ts";
export type TextValues = { readonly [name: string]: string | number };
/** "status.problems" of "status.problems_one" and "status.problems_other": `values.count` chooses. */
type PluralKey<K = TextKey> = K extends `${infer Stem}_other` ? Stem : never;
export type Translate = (key: TextKey | PluralKey, values?: TextValues) => string;

void i18next.use(initReactI18next).init({
  resources: { en: { translation: en }, es: { translation: { ...es, ...libraryEs } } },
  lng: "en",
  fallbackLng: "en",
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  // React escapes what it draws; escaping here as well would show &amp; to the user.
  interpolation: { escapeValue: false },
  react: { useSuspense: false },
});

/** What was said in the present language: to find and fill in a sentence takes long, and a window says hundreds at a time, mostly the same. */
const said = new Map<string, string>();
const mostSaid = 5000;
i18next.on("languageChanged", () => said.clear());

export const t: Translate = (key, values) => {
  const words = values ? key + JSON.stringify(values) : key;
  const known = said.get(words);
  if (known !== undefined) return known;
  const text = i18next.t(key, values as Record<string, unknown>);
  if (said.size >= mostSaid) said.clear();
  said.set(words, text);
  return text;
};

/** For keys made from data (a problem's code): the fallback where the catalogue has no such entry. */
export const textOr = (key: string, fallback: string, values?: TextValues): string =>
  i18next.exists(key) ? t(key as TextKey, values) : fallback;

/** One for each language, so that what was made with the words of one is made anew with those of the other. */
const spoken: { readonly [language in "en" | "es"]: Translate } = {
  en: (key, values) => t(key, values),
  es: (key, values) => t(key, values),
};

export function useText(): Translate {
  useTranslation();
  return spoken[textLanguage()];
}

export function setTextLanguage(language: "en" | "es"): void {
  void i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export const textLanguage = (): "en" | "es" => (i18next.language === "es" ? "es" : "en");

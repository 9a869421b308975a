/** The language of the page, and dictionaries that cannot lack a word: each feature's `words.ts` has `ja`, and `en` of its type. */
import { computed, signal, type ReadonlySignal } from '@preact/signals'

export const languages = ['ja', 'en'] as const
export type Language = (typeof languages)[number]

export const language = signal<Language>('ja')

/** Says which one a component shows: it is drawn again when the language changes. */
export const dictionary = <Words extends object>(texts: Readonly<Record<Language, Words>>): (() => Words) => {
  const current: ReadonlySignal<Words> = computed(() => texts[language.value])
  return () => current.value
}

export const isLanguage = (value: unknown): value is Language => value === 'ja' || value === 'en'

/** The first language of the browser that we speak; Japanese where it names none. */
export const languageOf = (preferred: readonly string[]): Language => {
  for (const tag of preferred) {
    const primary = tag.slice(0, 2).toLowerCase()
    if (isLanguage(primary)) return primary
  }
  return preferred.length === 0 ? 'ja' : 'en'
}

export const setLanguage = (wanted: Language): void => {
  language.value = wanted
  document.documentElement.lang = wanted
}

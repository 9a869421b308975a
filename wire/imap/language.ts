/** Languages of what people read in responses (RFC 5255 section 3). Programs look at conditions and codes, which have none. */
import { japanese } from './texts-ja.ts'

/** `i-default` (RFC 2277) is English that nobody asked for. */
export const languages = ['en', 'ja', 'i-default'] as const
export type Language = (typeof languages)[number]
export const defaultLanguage: Language = 'i-default'

type Translated = keyof typeof japanese

/** What we say, in English: a text without a translation is no text. */
export type Text = Translated | `${string} completed` | `Missing ${string}`

const isTranslated = (text: Text): text is Translated => text in japanese

/** In UTF-8; English is US-ASCII. */
export const said = (text: Text, language: Language): string => {
  if (language !== 'ja') return text
  if (isTranslated(text)) return japanese[text]
  return text.startsWith('Missing ') ? japanese['Missing text'] : text.replace(' completed', 'を完了しました')
}

/** Lookup of RFC 4647 section 3.4: `ja-JP` finds `ja`. `default` is what we would choose. */
const languageFor = (range: string): Language | undefined => {
  const wanted = range.toLowerCase()
  if (wanted === 'default' || wanted === '*') return 'en'
  for (let tag = wanted; tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
    const found = languages.find((language) => language === tag)
    if (found !== undefined) return found
  }
  return undefined
}

/** The first of the ranges that we speak. */
export const languageOf = (ranges: readonly string[]): Language | undefined => {
  for (const range of ranges) {
    const found = languageFor(range)
    if (found !== undefined) return found
  }
  return undefined
}

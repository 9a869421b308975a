/** `LANG [language]`, RFC 6856 section 3: in which language replies are from the next on, or which there are. */
import { command } from '../command.ts'
import { languageFor, languageLines } from '../texts.ts'

export const lang = command({
  verb: 'LANG',
  decide(_drop, { language }, { texts }) {
    if (language === null) return { is: 'list', text: texts.languages, lines: languageLines }
    const found = languageFor(language)
    return found === undefined ? { is: 'refuse', text: texts.noSuchLanguage } : { is: 'speak', language: found }
  },
})

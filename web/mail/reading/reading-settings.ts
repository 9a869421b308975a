/** Whose remote images are always shown, and in which charset a sender's mail is really written: kept with the person's settings. */
import { signal } from '@preact/signals'
import { call } from '../jmap/client.ts'
import { charsetChoices, type CharsetChoice } from './message-view.ts'

interface ReadingSettings {
  readonly trusted: readonly string[]
  readonly charsets: Readonly<Record<string, CharsetChoice>>
}

const sendersMax = 500

export const readingSettings = signal<ReadingSettings>({ trusted: [], charsets: {} })

const isChoice = (value: unknown): value is CharsetChoice => charsetChoices.some((choice) => choice === value)

const settingsIn = (found: Readonly<Record<string, unknown>> | undefined): ReadingSettings => {
  const trusted = Array.isArray(found?.['trusted']) ? found['trusted'].filter((one): one is string => typeof one === 'string') : []
  const charsets = typeof found?.['charsets'] === 'object' && found['charsets'] !== null ? Object.entries(found['charsets']) : []
  return { trusted, charsets: Object.fromEntries(charsets.filter((pair): pair is [string, CharsetChoice] => isChoice(pair[1]))) }
}

let loaded: Promise<void> | undefined

/** Once a page; without them messages are shown as to a stranger. */
export const loadReadingSettings = (): Promise<void> =>
  (loaded ??= call<{ readonly list: readonly Readonly<Record<string, unknown>>[] }>('Setting/get', { ids: ['reading'] }).then(
    ({ list }) => {
      readingSettings.value = settingsIn(list[0])
    },
    () => {
      loaded = undefined
    },
  ))

const keep = async (next: ReadingSettings): Promise<void> => {
  readingSettings.value = next
  await call('Setting/set', { update: { reading: { trusted: next.trusted, charsets: next.charsets } } }).catch(() => undefined)
}

export const isTrusted = (email: string): boolean => readingSettings.value.trusted.includes(email.toLowerCase())

export const trustImages = (email: string, on: boolean): Promise<void> => {
  const others = readingSettings.peek().trusted.filter((one) => one !== email.toLowerCase())
  return keep({ ...readingSettings.peek(), trusted: on ? [...others, email.toLowerCase()].slice(-sendersMax) : others })
}

export const charsetOf = (email: string): CharsetChoice => readingSettings.value.charsets[email.toLowerCase()] ?? 'auto'

export const rememberCharset = (email: string, choice: CharsetChoice): Promise<void> => {
  const others = Object.entries(readingSettings.peek().charsets).filter(([sender]) => sender !== email.toLowerCase())
  const next = choice === 'auto' ? others : [...others, [email.toLowerCase(), choice] as const]
  return keep({ ...readingSettings.peek(), charsets: Object.fromEntries(next.slice(-sendersMax)) })
}

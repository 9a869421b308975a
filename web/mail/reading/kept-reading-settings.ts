/**
 * Settings of reading between this page and the server. A change holds at once, and is made again on top of what was kept when that
 * comes later; nothing is written before what was kept is known, since a write holds all senders.
 */
import { signal, type ReadonlySignal } from '@preact/signals'
import { charsetChoices, type CharsetChoice } from './message-view.ts'

export interface ReadingSettings {
  readonly trusted: readonly string[]
  readonly charsets: Readonly<Record<string, CharsetChoice>>
}

export const sendersMax = 500

type Change = (before: ReadingSettings) => ReadingSettings

/** What keeping needs of the server. */
export interface ReadingSettingsPorts {
  get(): Promise<Readonly<Record<string, unknown>> | undefined>
  set(settings: ReadingSettings): Promise<void>
}

export interface KeptReadingSettings {
  readonly settings: ReadonlySignal<ReadingSettings>
  /** Asks once; again where that failed. Never rejects. */
  load(): Promise<void>
  /** Never rejects: what could not be kept holds as long as the page. */
  change(how: Change): Promise<void>
}

const isChoice = (value: unknown): value is CharsetChoice => charsetChoices.some((choice) => choice === value)

const settingsIn = (found: Readonly<Record<string, unknown>> | undefined): ReadingSettings => {
  const trusted = Array.isArray(found?.['trusted']) ? found['trusted'].filter((one): one is string => typeof one === 'string') : []
  const charsets = typeof found?.['charsets'] === 'object' && found['charsets'] !== null ? Object.entries(found['charsets']) : []
  return { trusted, charsets: Object.fromEntries(charsets.filter((pair): pair is [string, CharsetChoice] => isChoice(pair[1]))) }
}

/** Made before what was kept is known, and no more of them: nobody chooses that often by hand. */
const earlyMax = 100

export const keptReadingSettings = (ports: ReadingSettingsPorts): KeptReadingSettings => {
  const settings = signal<ReadingSettings>({ trusted: [], charsets: {} })
  let isKnown = false
  let early: readonly Change[] = []
  let loading: Promise<void> | undefined
  let saving: Promise<void> = Promise.resolve()
  /** One after the other, each with all there is: an older one never comes last. */
  const save = (): Promise<void> => (saving = saving.then(() => ports.set(settings.peek())).catch(() => undefined))
  const ask = async (): Promise<void> => {
    const found = settingsIn(await ports.get())
    const changes = early
    isKnown = true
    early = []
    settings.value = changes.reduce((before, how) => how(before), found)
    if (changes.length > 0) await save()
  }
  const load = (): Promise<void> => (loading ??= ask().catch(() => void (loading = undefined)))
  return {
    settings,
    load,
    async change(how) {
      settings.value = how(settings.peek())
      if (isKnown) return save()
      early = [...early, how].slice(-earlyMax)
      await load()
    },
  }
}

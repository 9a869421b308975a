/** Whose remote images are always shown, and in which charset a sender's mail is really written: kept with the person's settings. */
import { call } from '../jmap/client.ts'
import type { GetAnswer } from '../jmap/types.ts'
import type { CharsetChoice } from './message-view.ts'
import { keptReadingSettings, sendersMax } from './kept-reading-settings.ts'

const kept = keptReadingSettings({
  get: async () => (await call<GetAnswer<Readonly<Record<string, unknown>>>>('Setting/get', { ids: ['reading'] })).list[0],
  set: async ({ trusted, charsets }) => void (await call('Setting/set', { update: { reading: { trusted, charsets } } })),
})

/** Once a page; without them messages are shown as to a stranger. */
export const loadReadingSettings = kept.load

export const isTrusted = (email: string): boolean => kept.settings.value.trusted.includes(email.toLowerCase())

export const trustImages = (email: string, on: boolean): Promise<void> =>
  kept.change((before) => {
    const others = before.trusted.filter((one) => one !== email.toLowerCase())
    return { ...before, trusted: on ? [...others, email.toLowerCase()].slice(-sendersMax) : others }
  })

export const charsetOf = (email: string): CharsetChoice => kept.settings.value.charsets[email.toLowerCase()] ?? 'auto'

export const rememberCharset = (email: string, choice: CharsetChoice): Promise<void> =>
  kept.change((before) => {
    const others = Object.entries(before.charsets).filter(([sender]) => sender !== email.toLowerCase())
    const next = choice === 'auto' ? others : [...others, [email.toLowerCase(), choice] as const]
    return { ...before, charsets: Object.fromEntries(next.slice(-sendersMax)) }
  })

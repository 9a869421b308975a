/** What the demonstration's accounts find: conversations with their own part in Sent, what came besides, and what was filed. */
import { readFileSync } from 'node:fs'
import { broadcasts, junk } from './broadcasts.ts'
import { letterBytes, messageIdOf, type Enclosure, type Letter } from './letter.ts'
import { page, picture, table } from './pictures.ts'
import { people, type Person } from './people.ts'
import { chance } from './random.ts'
import { talks, type Talk, type Turn } from './talks.ts'

/** A message on its way into a mailbox. */
export interface Planted {
  readonly mailbox: string
  readonly flags: readonly string[]
  readonly atMs: number
  readonly message: Buffer
}

const dayMs = 86_400_000
const hourMs = 3_600_000
/** What is older has been read. */
const unreadDays = 2
const seed = 2_026

const enclosures = {
  photo: (): Enclosure => ({ name: '写真 2026-11.png', type: 'image/png', bytes: picture(640, 420, [120, 168, 214], [36, 92, 128]) }),
  plan: (): Enclosure => ({ name: '図面（案）第二版.pdf', type: 'application/pdf', bytes: page('Plan, second draft') }),
  table: (): Enclosure => ({ name: '見積書.csv', type: 'text/csv', bytes: table }),
} as const

const titled = (subject: string, number: number): string => (number === 0 ? subject : `Re: ${subject}`)

interface Said {
  readonly turn: Turn
  readonly letter: Letter
}

const quoted = (turn: Turn | undefined): string =>
  turn === undefined ? '' : `\n${people[turn.by].name} <${people[turn.by].email}>:\n${turn.text.trimEnd().split('\n').map((line) => `> ${line}`).join('\n')}\n`

const said = (talk: Talk, nowMs: number, by: string): readonly Said[] => {
  const letters: Said[] = []
  for (const [number, turn] of talk.turns.entries()) {
    const others = talk.among.filter((person) => person !== turn.by).map((person) => people[person])
    const letter: Letter = {
      from: people[turn.by], to: others.slice(0, 1), cc: others.slice(1), subject: titled(talk.subject, number), atMs: nowMs - talk.daysAgo * dayMs + turn.afterHours * hourMs,
      text: `${turn.text}${quoted(talk.turns[number - 1])}`, references: letters.map(({ letter: before }) => messageIdOf(before)),
      enclosures: turn.encloses === undefined ? [] : [enclosures[turn.encloses]()],
      checked: { by, result: 'pass' },
    }
    letters.push({ turn, letter })
  }
  return letters
}

const flagsOf = (letter: Letter, nowMs: number, more: readonly string[] = []): readonly string[] => [...(letter.atMs < nowMs - unreadDays * dayMs ? ['\\Seen'] : []), ...more]

const came = (letter: Letter, mailbox: string, nowMs: number, more: readonly string[] = []): Planted =>
  ({ mailbox, flags: flagsOf(letter, nowMs, more), atMs: letter.atMs, message: letterBytes(letter) })

const sent = (letter: Letter): Planted => ({ mailbox: 'Sent', flags: ['\\Seen'], atMs: letter.atMs, message: letterBytes({ ...letter, checked: null }) })

const conversations = (who: Person, nowMs: number, by: string): readonly Planted[] => talks.filter(({ among }) => among.includes(who)).flatMap((talk, at) => {
  const all = said(talk, nowMs, by)
  return all.map(({ turn, letter }, number) => {
    if (turn.by === who) return sent(letter)
    const answered = all.slice(number + 1).some((later) => later.turn.by === who)
    return came(letter, 'INBOX', nowMs, [...(answered ? ['\\Answered', '\\Seen'] : []), ...(at % 4 === 0 && number === 0 ? ['\\Flagged'] : [])])
  })
})

/** An old mobile phone wrote it: ISO-2022-JP, as mail was. */
const oldMail = (nowMs: number): Planted => ({
  mailbox: '思い出', flags: ['\\Seen'], atMs: nowMs - 5_600 * dayMs, message: readFileSync(new URL('./old-mail.eml', import.meta.url)),
})

const draft = (nowMs: number): Planted => ({
  mailbox: 'Drafts', flags: ['\\Seen', '\\Draft'], atMs: nowMs - hourMs,
  message: letterBytes({ from: people.hanako, to: [people.daniel], subject: 'Slides for the talk', atMs: nowMs - hourMs, text: 'Dear Daniel,\n\nhere are the titles of the photographs:\n\n1. ', checked: null }),
})

/** Of one account; `by` is the host that took its mail in. Nothing for those who are not in the story. */
export const mailOf = (address: string, nowMs: number, by: string): readonly Planted[] => {
  const who = (Object.keys(people) as Person[]).find((person) => people[person].email === address)
  if (who === undefined) return []
  const talk = conversations(who, nowMs, by)
  if (who !== 'hanako') return talk
  const random = chance(seed)
  const filed = (letter: Letter): string => {
    if (letter.from.email.startsWith('recipe@')) return 'レシピ'
    if (letter.from.email.startsWith('dev@')) return 'tidepool-dev'
    return letter.atMs < nowMs - 60 * dayMs ? 'Archive' : 'INBOX'
  }
  const besides = broadcasts(nowMs, by, random).map((letter) => came(letter, filed(letter), nowMs))
  return [...talk, ...besides, ...junk(nowMs, by).map((letter) => came(letter, 'Junk', nowMs)), oldMail(nowMs), draft(nowMs)]
    .toSorted((one, other) => one.atMs - other.atMs)
}

/** Message number n of the corpus of a seed: the same bytes every time, whichever others were made before. */
import type { Charset } from './encode.ts'
import { bytesOf, encodedWords, entity, headerText, mailboxText } from './entity.ts'
import { kinds, type Making } from './kinds.ts'
import { languageOf, phrases } from './phrases.ts'
import { random, type Random } from './random.ts'

export interface CorpusSettings {
  readonly seed: number
  /** Bytes of the largest attachment. */
  readonly largestBytes: number
}

export const corpusDefaults: CorpusSettings = { seed: 1, largestBytes: 20_000_000 }

/** The eight of the issue, as often as a Japanese ISP sees them, and two more. */
const charsetMix = [
  'utf-8', 'utf-8', 'utf-8', 'utf-8', 'utf-8', 'utf-8', 'iso-2022-jp', 'iso-2022-jp', 'iso-2022-jp', 'shift_jis', 'euc-jp', 'iso-8859-1', 'windows-1252',
  'gb18030', 'euc-kr', 'big5', 'koi8-r',
] as const satisfies readonly [Charset, ...Charset[]]

const domains = ['hikari.example', 'mirai.example', 'docomo.example', 'far.example', 'xn--r8jz45g.example'] as const
const localParts = ['taro', 'hanako', 'info', 'a..b', 'sales+2026', 'k.', 'no-reply'] as const

/** 2026-01-01; messages come a quarter of an hour apart or so. */
const firstMs = Date.UTC(2026, 0, 1)
const apartMs = 900_000

const address = (r: Random): string => {
  const localPart = r.pick(localParts)
  return `${/\.\.|\.$/.test(localPart) ? `"${localPart}"` : localPart}@${r.pick(domains)}`
}

const dateText = (atMs: number): string => {
  const [day, date, month, year, time] = new Date(atMs + 9 * 3_600_000).toUTCString().replace(',', '').split(' ')
  return `${day}, ${date} ${month} ${year} ${time} +0900`
}

const received = (r: Random, atMs: number): string =>
  `Received: from mx${r.below(9)}.${r.pick(domains)} (mx.far.example [192.0.2.${r.below(255)}])\r\n\tby mail.${r.pick(domains)} with ESMTPS id ${r.token(12)};\r\n\t${dateText(atMs)}`

const headerOf = (r: Random, number: number, charset: Charset, settings: CorpusSettings, deep: boolean): readonly string[] => {
  const atMs = dateOf(number)
  const { names, subjects } = phrases[r.pick(languageOf[charset])]
  const letter = charset === 'iso-8859-1' || charset === 'windows-1252' ? 'Q' : 'B'
  const to = Array.from({ length: r.chance(10) ? r.between(5, 40) : r.between(1, 2) }, () => mailboxText(r.pick(names), address(r), charset))
  const id = `${settings.seed}.${number}.${deep ? 'inner.' : ''}${r.token(8)}@corpus.example`
  const fields = [
    ...Array.from({ length: r.between(0, 3) }, () => received(r, atMs)),
    `Date: ${dateText(atMs)}`,
    `From: ${mailboxText(r.pick(names), address(r), charset)}`,
    `To: ${to.join(',\r\n\t')}`,
    ...(r.chance(40) ? [] : [`Subject: ${headerText(r.pick(subjects), charset, letter)}`]),
    ...(r.chance(60) ? [] : [`Message-ID: <${id}>`]),
    ...(r.chance(3) ? [`In-Reply-To: <${r.token(10)}@corpus.example>`, `References: <${r.token(10)}@corpus.example>\r\n <${r.token(10)}@corpus.example>`] : []),
    ...(r.chance(6) ? [`X-Mailer: ${encodedWords('まいらー 1.0', 'utf-8', 'B')}`] : []),
    `X-Corpus-Number: ${number}`,
    'MIME-Version: 1.0',
  ]
  return fields
}

/** When message n arrived. */
export const dateOf = (number: number): number => firstMs + number * apartMs + (number % 7) * 1_000

const contentOf = (making: Making): ReturnType<(typeof kinds)[number][1]> => {
  let left = making.r.below(kinds.reduce((sum, [share]) => sum + share, 0))
  for (const [share, make] of kinds) {
    if (left < share) return make(making)
    left -= share
  }
  return kinds[0][1](making)
}

const made = (r: Random, number: number, settings: CorpusSettings, deep: boolean): Buffer => {
  const charset = r.pick(charsetMix)
  const inner = (): Buffer => simple(r, number, settings)
  const content = deep ? kinds[0][1]({ r, charset, largestBytes: 0, inner }) : contentOf({ r, charset, largestBytes: settings.largestBytes, inner })
  return bytesOf(entity([...headerOf(r, number, charset, settings, deep), ...content.fields], content.body))
}

const simple = (r: Random, number: number, settings: CorpusSettings): Buffer => made(r, number, settings, true)

/** Ends in CRLF, holds no bare CR or LF and no NUL, so that it travels by SMTP as it is. */
export const corpusMessage = (number: number, settings: CorpusSettings = corpusDefaults): Buffer => {
  const bytes = made(random(settings.seed * 1_000_003 + number), number, settings, false)
  return bytes.subarray(-2).equals(lineBreak) ? bytes : Buffer.concat([bytes, lineBreak])
}

const lineBreak = Buffer.from('\r\n')

/** Deterministic generated mails of a wanted size, Japanese among them: the same on every machine and in every run. */

/** xorshift32: small, seeded, the same everywhere. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 4_294_967_296
  }
}

const latin = 'invoice meeting tomorrow quarterly report attached please confirm schedule delivery customer network harbour'.split(' ')
const japanese = '会議 明日 請求書 添付 確認 お願いします 納期 東京 大阪 資料 ありがとうございます 表示 予定 送信 迷惑 港'.split(' ')

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T

type Pick = (random: () => number) => string

interface Language {
  readonly latin: Pick
  readonly japanese: Pick
}

const few: Language = { latin: (random) => pick(random, latin), japanese: (random) => pick(random, japanese) }

const vocabularyWords = 6_000

/** The word of rank n comes up 1/n times as often as the first (Zipf's law), as in a language. */
const ranked = (words: readonly string[]) => (random: () => number): string =>
  words[Math.floor(Math.exp(random() * Math.log(words.length))) - 1] ?? ''

const syllables = [...'bdfghklmnprstvz'].flatMap((consonant) => [...'aeiou'].map((vowel) => consonant + vowel))
const kanji = [...'会議明日請求書添付確認願納期東京大阪資料表示予定送信迷惑港海山川田中本社部長課員電話番号住所氏名年月火水木金土曜午前後時分価格見積注文商品発売買店客様']

/** Two or three syllables, or two characters and sometimes the next word's particle; no word twice. */
const vocabulary: Language = {
  latin: ranked(Array.from({ length: vocabularyWords }, (_, at) => {
    const code = (at * 7_919) % syllables.length ** 3
    return [code, Math.floor(code / 75), ...(at % 2 === 0 ? [Math.floor(code / 5_625)] : [])].map((digit) => syllables[digit % 75]).join('')
  })),
  japanese: ranked(Array.from({ length: vocabularyWords }, (_, at) => {
    const code = (at * 1_009) % kanji.length ** 2
    return `${kanji[code % kanji.length]}${kanji[Math.floor(code / kanji.length)]}${'のをにはがで'[at % 6]}`
  })),
}

const encodedWord = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`

const latinBody = (random: () => number, bytes: number, word: Pick, extra: string): string => {
  const lines: string[] = extra === '' ? [] : [extra]
  for (let size = 0; size < bytes; ) {
    const line = Array.from({ length: 9 }, () => word(random)).join(' ')
    lines.push(line)
    size += line.length + 2
  }
  return lines.join('\r\n')
}

const japaneseBody = (random: () => number, bytes: number, word: Pick, extra: string): string => {
  let text = extra === '' ? '' : `${extra}\r\n`
  while (text.length * 4 < bytes) text += Array.from({ length: 6 }, () => word(random)).join('、') + '。\r\n'
  return (Buffer.from(text).toString('base64').match(/.{1,76}/g) ?? []).join('\r\n')
}

/** As `generatedMail`, of some thousands of words, of which few are in most mails and most in few; `extra` stands once in its text. */
export const variedMail = (number: number, sizeBytes: number, extra = ''): Buffer => composed(number, sizeBytes, vocabulary, extra)

/** About `sizeBytes` bytes with CRLF line ends; message `number` of the run. */
export const generatedMail = (number: number, sizeBytes: number): Buffer => composed(number, sizeBytes, few, '')

const composed = (number: number, sizeBytes: number, language: Language, extra: string): Buffer => {
  const random = seeded(number * 2_654_435_761 + 1)
  const isJapanese = number % 3 === 0
  const words = Array.from({ length: 4 }, () => (isJapanese ? language.japanese(random) : language.latin(random)))
  const subject = isJapanese ? encodedWord(words.join('')) : words.join(' ')
  const at = new Date(Date.UTC(2026, 0, 1) + number * 61_000).toUTCString().replace('GMT', '+0000')
  const header = [
    `From: ${isJapanese ? `${encodedWord('山田太郎')} ` : 'Taro Yamada '}<sender${number % 97}@peer.example>`,
    `To: reader@bench.example`,
    `Subject: ${subject} ${number}`,
    `Date: ${at}`,
    `Message-ID: <bench.${number}@peer.example>`,
    ...(number % 5 === 0 && number > 0 ? [`In-Reply-To: <bench.${number - 1}@peer.example>`] : []),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Transfer-Encoding: ${isJapanese ? 'base64' : '7bit'}`,
  ].join('\r\n')
  const room = Math.max(100, sizeBytes - header.length - 4)
  return Buffer.from(`${header}\r\n\r\n${isJapanese ? japaneseBody(random, room, language.japanese, extra) : latinBody(random, room, language.latin, extra)}\r\n`)
}

const paragraph = (random: () => number): string => Array.from({ length: 30 }, () => vocabulary.japanese(random)).join('、')

/** About 12 KB of HTML with tables and colours, as shops send it. */
export const newsletter = (number: number): Buffer => {
  const random = seeded(number * 2_654_435_761 + 3)
  const offers = Array.from({ length: 12 }, (_, at) => `
<tr><td width="180" style="background:#f4f0ea;padding:12px"><b style="color:#a33">${vocabulary.japanese(random)} ${at + 1}</b></td>
<td style="padding:12px;font-family:sans-serif"><h3>${vocabulary.japanese(random)}${vocabulary.japanese(random)}</h3><p>${paragraph(random)}</p>
<p><a href="https://shop.example/offers/${number}/${at}" style="color:#06c">${vocabulary.japanese(random)}</a></p></td></tr>`)
  const html = `<html><body style="margin:0"><table width="640" align="center" cellspacing="0">${offers.join('')}</table></body></html>`
  const header = [
    `From: ${encodedWord('港の店')} <news@shop.example>`, 'To: reader@bench.example', `Subject: ${encodedWord(`今週のお知らせ`)} ${number}`,
    `Date: ${new Date(Date.UTC(2026, 3, 1) + number * 3_600_000).toUTCString().replace('GMT', '+0000')}`, `Message-ID: <news.${number}@shop.example>`,
    'MIME-Version: 1.0', 'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64',
  ].join('\r\n')
  return Buffer.from(`${header}\r\n\r\n${(Buffer.from(html).toString('base64').match(/.{1,76}/g) ?? []).join('\r\n')}\r\n`)
}

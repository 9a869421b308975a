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

const encodedWord = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`

const latinBody = (random: () => number, bytes: number): string => {
  const lines: string[] = []
  for (let size = 0; size < bytes; ) {
    const line = Array.from({ length: 9 }, () => pick(random, latin)).join(' ')
    lines.push(line)
    size += line.length + 2
  }
  return lines.join('\r\n')
}

const japaneseBody = (random: () => number, bytes: number): string => {
  let text = ''
  while (text.length * 4 < bytes) text += Array.from({ length: 6 }, () => pick(random, japanese)).join('、') + '。\r\n'
  return (Buffer.from(text).toString('base64').match(/.{1,76}/g) ?? []).join('\r\n')
}

/** About `sizeBytes` bytes with CRLF line ends; message `number` of the run. */
export const generatedMail = (number: number, sizeBytes: number): Buffer => {
  const random = seeded(number * 2_654_435_761 + 1)
  const isJapanese = number % 3 === 0
  const words = Array.from({ length: 4 }, () => pick(random, isJapanese ? japanese : latin))
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
  return Buffer.from(`${header}\r\n\r\n${isJapanese ? japaneseBody(random, room) : latinBody(random, room)}\r\n`)
}

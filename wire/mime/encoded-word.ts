/**
 * Encoded-words (RFC 2047, with RFC 2231 section 5 language tags) in header text. Adjacent words of one charset are
 * joined as bytes before they are decoded, B and Q alike: mailers split them inside a character.
 */
import { ascii } from '@bulkhead/base/bytes.ts'
import { decodedBytes } from './charset.ts'
import { decodedRawText } from './raw-text.ts'
import { base64Bytes, qBytes } from './transfer-encoding.ts'

interface Word {
  readonly charset: string
  readonly encoding: 'b' | 'q'
  readonly text: string
  readonly start: number
  readonly end: number
}

const charsetCharsMax = 64

/** The encoded-word whose `=?` is at `start`. Blanks inside are tolerated, as mailers write them. */
const wordAt = (text: string, start: number): Word | undefined => {
  const charsetEnd = text.indexOf('?', start + 2)
  if (charsetEnd < 0 || charsetEnd - start > charsetCharsMax || text[charsetEnd + 2] !== '?') return undefined
  const letter = text[charsetEnd + 1]?.toLowerCase()
  if (letter !== 'b' && letter !== 'q') return undefined
  const end = text.indexOf('?=', charsetEnd + 3)
  if (end < 0) return undefined
  const label = text.slice(start + 2, charsetEnd)
  const language = label.indexOf('*')
  const charset = (language < 0 ? label : label.slice(0, language)).toLowerCase()
  return { charset, encoding: letter, text: text.slice(charsetEnd + 3, end), start, end: end + 2 }
}

function* wordsOf(text: string): Generator<Word> {
  // Behind the last end mark no word can end, and looking for it again from each start would be quadratic.
  const lastEnd = text.lastIndexOf('?=')
  let at = text.indexOf('=?')
  while (at >= 0 && at < lastEnd) {
    const word = wordAt(text, at)
    if (word !== undefined) yield word
    at = text.indexOf('=?', word?.end ?? at + 2)
  }
}

const bytesOf = (word: Word): Buffer => (word.encoding === 'b' ? base64Bytes(ascii(word.text)) : qBytes(word.text))

/** `text` is one character a byte, unfolded; the answer is Unicode. */
export const decodedWords = (text: string): string => {
  let out = ''
  let done = 0
  let held: { readonly charset: string; readonly bytes: Buffer[] } | undefined
  const release = (): void => {
    if (held !== undefined) out += decodedBytes(Buffer.concat(held.bytes), held.charset)
    held = undefined
  }
  for (const word of wordsOf(text)) {
    const between = text.slice(done, word.start)
    const adjacent = held !== undefined && between.trim() === ''
    if (!adjacent) {
      release()
      out += decodedRawText(between)
    }
    if (held !== undefined && held.charset === word.charset) {
      held.bytes.push(bytesOf(word))
    } else {
      release()
      held = { charset: word.charset, bytes: [bytesOf(word)] }
    }
    done = word.end
  }
  release()
  return out + decodedRawText(text.slice(done))
}

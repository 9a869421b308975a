/**
 * SMTP and LMTP replies (RFC 5321 section 4.2, enhanced status codes RFC 2034 and 3463) as values, their encoding, and a
 * limited reader for clients.
 */
import { latin1, utf8Text } from '@bulkhead/base/bytes.ts'
import { assert } from '@bulkhead/base/assert.ts'
import { lineReader } from './line-reader.ts'

export interface Reply {
  readonly code: number
  /** `5.1.1`; undefined where RFC 2034 has none (greeting, EHLO, 3yz). */
  readonly enhanced: string | undefined
  /** At least one; printable text without line ends. */
  readonly lines: readonly string[]
}

/** RFC 5321 section 4.5.3.1.5 says 512; real servers send longer ones. */
export const replyLineBytesMax = 4_096
export const replyLinesMax = 256

export const reply = (code: number, enhanced: string | undefined, ...lines: readonly string[]): Reply => ({
  code,
  enhanced,
  lines: lines.length === 0 ? [''] : lines,
})

/** The reply with a page that says more, as far as there is one. */
export const withPage = (refusal: Reply, page: string | null): Reply =>
  page === null ? refusal : { ...refusal, lines: refusal.lines.map((line, at) => (at === refusal.lines.length - 1 ? `${line}; see ${page}` : line)) }

export const isPositive = ({ code }: Reply): boolean => code >= 200 && code < 300
export const isIntermediate = ({ code }: Reply): boolean => code >= 300 && code < 400
export const isTemporary = ({ code }: Reply): boolean => code >= 400 && code < 500
export const isPermanent = ({ code }: Reply): boolean => code >= 500

/** `Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF`. Write it as UTF-8. */
export const encodeReply = ({ code, enhanced, lines }: Reply): string => {
  const prefix = enhanced === undefined ? '' : `${enhanced} `
  const last = lines.length - 1
  let text = ''
  for (let at = 0; at <= last; at += 1) {
    const line = lines[at] ?? ''
    assert(!line.includes('\r') && !line.includes('\n'), 'a reply line holds no line end')
    text += `${code}${at === last ? ' ' : '-'}${prefix}${line}\r\n`
  }
  return text
}

interface ReplyLine {
  readonly code: number
  readonly last: boolean
  readonly text: string
}

const digit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39

const parseLine = (line: Buffer): ReplyLine | undefined => {
  const first = line[0] ?? 0
  if (first < 0x32 || first > 0x35 || !digit(line[1]) || !digit(line[2])) return undefined
  const separator = line[3]
  if (separator !== undefined && separator !== 0x20 && separator !== 0x2d) return undefined
  const rest = line.subarray(4)
  // Foreign text: control characters never reach a log, a bounce or our own client.
  const text = (utf8Text(rest) ?? latin1(rest)).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?')
  return { code: Number(line.toString('latin1', 0, 3)), last: separator !== 0x2d, text }
}

const enhancedPattern = /^([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |$)/

const assemble = (code: number, texts: readonly string[]): Reply => {
  const enhanced = enhancedPattern.exec(texts[0] ?? '')?.[1]
  if (enhanced === undefined || enhanced[0] !== String(code)[0]) return { code, enhanced: undefined, lines: texts }
  const lines = texts.map((text) =>
    text === enhanced ? '' : text.startsWith(`${enhanced} `) ? text.slice(enhanced.length + 1) : text,
  )
  return { code, enhanced, lines }
}

export interface ReplyReader {
  push(chunk: Uint8Array): void
  /** The next complete reply, 'garbled' when the peer does not speak SMTP (for good), undefined when more is needed. */
  next(): Reply | 'garbled' | undefined
  rest(): Buffer
}

export const replyReader = (): ReplyReader => {
  const reader = lineReader(replyLineBytesMax)
  let code = 0
  let texts: string[] = []
  let garbled = false

  const garble = (): 'garbled' => {
    garbled = true
    return 'garbled'
  }

  return {
    push: (chunk) => reader.push(chunk),
    next() {
      if (garbled) return 'garbled'
      for (;;) {
        const line = reader.next()
        if (line === undefined) return undefined
        if (typeof line === 'string') return garble()
        const parsed = parseLine(line)
        if (parsed === undefined || (texts.length > 0 && parsed.code !== code)) return garble()
        code = parsed.code
        texts.push(parsed.text)
        if (parsed.last) {
          const whole = assemble(code, texts)
          texts = []
          return whole
        }
        if (texts.length >= replyLinesMax) return garble()
      }
    },
    rest: () => reader.rest(),
  }
}

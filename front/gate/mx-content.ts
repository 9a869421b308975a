/** Content as the client sends it, by DATA or by BDAT, checked and passed on to a delivery as it comes. */
import { contentCheck } from '@bulkhead/wire/smtp/content-check.ts'
import { dataReader, type BadContent } from '@bulkhead/wire/smtp/data-reader.ts'
import type { LineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Bdat } from '@bulkhead/wire/smtp/verbs/bdat.ts'
import type { Delivery } from './delivery.ts'

/** RFC 5321 sections 2.3.8 and 4.5.3.1.9, RFC 5322 section 2.1. */
export const badContentReplies = {
  bareCr: reply(550, '5.5.2', 'Bare CR in message content'),
  bareLf: reply(550, '5.5.2', 'Bare LF in message content'),
  nul: reply(554, '5.6.0', 'NUL in message content'),
  tooLarge: reply(552, '5.3.4', 'Message too large'),
} as const satisfies Readonly<Record<BadContent, Reply>>

/**
 * What reading gave. `more`: from the client; `blocked`: until intake has caught up; `message` and `chunk`: the octets of
 * one are all read; `endless`: the client does not stop.
 */
export type ContentStep =
  | { readonly is: 'again' | 'more' | 'blocked' | 'endless' }
  | { readonly is: 'message'; readonly verdict: BadContent | undefined }
  | { readonly is: 'chunk'; readonly last: boolean; readonly refusal: Reply | undefined; readonly verdict: BadContent | undefined }

export interface ContentReader {
  read(lines: LineReader): ContentStep
}

const again = { is: 'again' } as const
const more = { is: 'more' } as const
const blocked = { is: 'blocked' } as const
const endless = { is: 'endless' } as const

/** Content of DATA. Beyond the size limit it is read on to its end, but not for ever. */
export const dataContent = (delivery: Delivery, bytesMax: number): ContentReader => {
  const reader = dataReader(bytesMax)
  return {
    read(lines) {
      if (delivery.congested) return blocked
      if (lines.heldBytes === 0) return more
      const { content, ended, rest } = reader.push(lines.rest())
      delivery.add(content)
      if (rest.length > 0) lines.push(rest)
      if (ended) return { is: 'message', verdict: reader.verdict }
      return reader.contentBytes > 2 * bytesMax ? endless : again
    },
  }
}

/** What the chunks of one transaction make together. */
export interface Chunks {
  readonly contentBytes: number
  readonly delivery: Delivery
  add(content: Buffer): void
  /** The last chunk is complete. */
  end(): void
  readonly verdict: BadContent | undefined
}

/** `binary`: BODY=BINARYMIME was said, and intake makes text of it (RFC 3030 section 3). */
export const chunksOf = (delivery: Delivery, binary: boolean): Chunks => {
  const check = contentCheck()
  let contentBytes = 0
  return {
    delivery,
    get contentBytes() {
      return contentBytes
    },
    get verdict() {
      return check.verdict
    },
    add(content) {
      contentBytes += content.length
      if (!binary) check.push(content)
      if (check.verdict === undefined) delivery.add(content)
    },
    end: () => check.end(),
  }
}

/** The octets of one BDAT (RFC 3030): they follow whether we want them or not. */
export const chunkContent = ({ sizeBytes, last }: Bdat, chunks: Chunks | undefined, refusal: Reply | undefined): ContentReader => {
  let leftBytes = sizeBytes
  const wanted = refusal === undefined ? chunks : undefined
  return {
    read(lines) {
      if (wanted?.delivery.congested === true) return blocked
      if (leftBytes > 0 && lines.heldBytes === 0) return more
      const content = lines.take(leftBytes)
      leftBytes -= content.length
      wanted?.add(content)
      if (leftBytes > 0) return again
      if (last) wanted?.end()
      return { is: 'chunk', last, refusal, verdict: wanted?.verdict }
    },
  }
}

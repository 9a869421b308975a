/**
 * Content coming in, by DATA (RFC 5321 section 4.1.1.4) or in BDAT and BURL chunks (RFC 3030, 4468). Whatever is wrong with it is
 * said at its end, when the connection is in step again; from the first mistake on nothing more is kept. Binary parts (BINARYMIME)
 * go into base64 here: what is signed and queued can travel to every server as it is.
 */
import { unbinary } from '@bulkhead/wire/mime/unbinary.ts'
import { contentCheck } from '@bulkhead/wire/smtp/content-check.ts'
import { dataReader, type BadContent } from '@bulkhead/wire/smtp/data-reader.ts'
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Content } from './content.ts'
import { submissionRefusals } from './refusals.ts'

export type ContentFault = BadContent | 'noRoom'

const contentRefusals = {
  bareCr: reply(554, '5.6.0', 'Lines end in CRLF; a bare CR is refused'),
  bareLf: reply(554, '5.6.0', 'Lines end in CRLF; a bare LF is refused'),
  nul: reply(554, '5.6.0', 'NUL is refused'),
  tooLarge: submissionRefusals.tooLarge,
  noRoom: reply(452, '4.3.1', 'Too much mail at once, try again'),
} as const satisfies Record<ContentFault, Reply>

export interface DataContent {
  /** Undefined until the end; then what follows it. */
  push(chunk: Buffer): Buffer | undefined
  refusal(): Reply | undefined
}

const refusalOf = (fault: ContentFault | undefined): Reply | undefined => (fault === undefined ? undefined : contentRefusals[fault])

export const dataContent = (content: Content, bytesMax: number): DataContent => {
  const reader = dataReader(bytesMax)
  let room = true
  return {
    push(chunk) {
      const { content: bytes, ended, rest } = reader.push(chunk)
      if (room && reader.verdict === undefined) room = content.add(bytes)
      else content.discard()
      return ended ? rest : undefined
    },
    refusal: () => refusalOf(reader.verdict ?? (room ? undefined : 'noRoom')),
  }
}

export interface ChunkedContent {
  push(bytes: Buffer): void
  /** A chunk could not be had: nothing that follows makes the message whole again. */
  fail(why: Reply): void
  end(): void
  refusal(): Reply | undefined
}

/** `bytesMax` counts what came. */
export const chunkedContent = (content: Content, bytesMax: number, isBinary: boolean): ChunkedContent => {
  const check = contentCheck()
  const filter = isBinary ? unbinary() : undefined
  let refused: Reply | undefined
  let received = 0
  const keep = (pieces: readonly Buffer[]): void => {
    for (const piece of pieces) {
      check.push(piece)
      refused ??= refusalOf(check.verdict)
      if (refused === undefined && !content.add(piece)) refused = contentRefusals.noRoom
    }
  }
  return {
    push(bytes) {
      received += bytes.length
      if (received > bytesMax) refused ??= contentRefusals.tooLarge
      if (refused === undefined) keep(filter === undefined ? [bytes] : filter.push(bytes))
      if (refused !== undefined) content.discard()
    },
    fail(why) {
      refused ??= why
      content.discard()
    },
    end() {
      if (refused === undefined && filter !== undefined) keep(filter.end())
      check.end()
      refused ??= refusalOf(check.verdict)
      if (refused !== undefined) content.discard()
    },
    refusal: () => refused,
  }
}

/**
 * Content coming in, by DATA (RFC 5321 section 4.1.1.4) or in BDAT chunks (RFC 3030). Whatever is wrong with it is said
 * at its end, when the connection is in step again; from the first mistake on nothing more is kept.
 */
import { contentCheck } from '@bulkhead/wire/smtp/content-check.ts'
import { dataReader, type BadContent } from '@bulkhead/wire/smtp/data-reader.ts'
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Content } from './content.ts'
import { submissionRefusals } from './refusals.ts'

export type ContentFault = BadContent | 'noRoom'

export const contentRefusals = {
  bareCr: reply(554, '5.6.0', 'Lines end in CRLF; a bare CR is refused'),
  bareLf: reply(554, '5.6.0', 'Lines end in CRLF; a bare LF is refused'),
  nul: reply(554, '5.6.0', 'NUL is refused'),
  tooLarge: submissionRefusals.tooLarge,
  noRoom: reply(452, '4.3.1', 'Too much mail at once, try again'),
} as const satisfies Record<ContentFault, Reply>

export interface DataContent {
  /** Undefined until the end; then what follows it. */
  push(chunk: Buffer): Buffer | undefined
  fault(): ContentFault | undefined
}

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
    fault: () => reader.verdict ?? (room ? undefined : 'noRoom'),
  }
}

export interface ChunkedContent {
  push(bytes: Buffer): void
  end(): void
  fault(): ContentFault | undefined
}

export const chunkedContent = (content: Content, bytesMax: number): ChunkedContent => {
  const check = contentCheck()
  let fault: ContentFault | undefined
  let received = 0
  return {
    push(bytes) {
      received += bytes.length
      check.push(bytes)
      if (received > bytesMax) fault ??= 'tooLarge'
      fault ??= check.verdict
      if (fault === undefined && !content.add(bytes)) fault = 'noRoom'
      if (fault !== undefined) content.discard()
    },
    end() {
      check.end()
      fault ??= check.verdict
    },
    fault: () => fault,
  }
}

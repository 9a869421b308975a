/** Content as the client sends it, by DATA or by BDAT, checked and passed on to a delivery as it comes. */
import { contentCheck, type ContentCheck } from '@bulkhead/wire/smtp/content-check.ts'
import { dataReader, type BadContent, type DataReader } from '@bulkhead/wire/smtp/data-reader.ts'
import type { LineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Delivery } from './delivery.ts'

/** RFC 5321 sections 2.3.8 and 4.5.3.1.9, RFC 5322 section 2.1. */
export const badContentReplies = {
  bareCr: reply(550, '5.5.2', 'Bare CR in message content'),
  bareLf: reply(550, '5.5.2', 'Bare LF in message content'),
  nul: reply(554, '5.6.0', 'NUL in message content'),
  tooLarge: reply(552, '5.3.4', 'Message too large'),
} as const satisfies Readonly<Record<BadContent, Reply>>

/** Content of DATA. Beyond the size limit it is read on to its end, but not for ever. */
export class DataContent {
  readonly #reader: DataReader
  readonly #delivery: Delivery | undefined

  /** No delivery: read to the end for its own sake. */
  constructor(delivery: Delivery | undefined, contentBytesMax: number) {
    this.#delivery = delivery
    this.#reader = dataReader(contentBytesMax)
  }

  get verdict(): BadContent | undefined {
    return this.#reader.verdict
  }

  get contentBytes(): number {
    return this.#reader.contentBytes
  }

  /** Reads what is there; true at the end of the content. */
  feed(lines: LineReader): boolean {
    const { content, ended, rest } = this.#reader.push(lines.rest())
    this.#delivery?.add(content)
    if (rest.length > 0) lines.push(rest)
    return ended
  }
}

/** Content of a series of BDAT; one chunk under way at a time. */
export class ChunkContent {
  readonly #check: ContentCheck = contentCheck()
  readonly #delivery: Delivery
  #contentBytes = 0

  constructor(delivery: Delivery) {
    this.#delivery = delivery
  }

  get contentBytes(): number {
    return this.#contentBytes
  }

  get verdict(): BadContent | undefined {
    return this.#check.verdict
  }

  add(content: Buffer): void {
    this.#contentBytes += content.length
    this.#check.push(content)
    if (this.#check.verdict === undefined) this.#delivery.add(content)
  }

  /** The last chunk is complete. */
  end(): void {
    this.#check.end()
  }
}

/** The content of the transaction under way: begun by DATA or BDAT, read as it comes, given up or handed to intake whole. */
import type { BadContent } from '@bulkhead/wire/smtp/data-reader.ts'
import type { LineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import type { Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Bdat } from '@bulkhead/wire/smtp/verbs/bdat.ts'
import { Delivery, type DeliveryTag } from './delivery.ts'
import type { IntakeLink } from './intake-link.ts'
import { badContentReplies, chunkContent, chunksOf, dataContent, type Chunks, type ContentReader } from './mx-content.ts'
import type { GatePolicy } from './policy.ts'

/**
 * What reading came to. `whole`: intake may decide; `failed`: the message is over; `chunk`: one is taken and more may come;
 * `outOfPlace`: a chunk nobody could want; `endless`: the client does not stop.
 */
export type Outcome =
  | { readonly is: 'again' | 'more' | 'blocked' | 'endless' | 'whole' }
  | { readonly is: 'chunk' }
  | { readonly is: 'failed'; readonly refusal: Reply; readonly verdict: BadContent | undefined }
  | { readonly is: 'outOfPlace'; readonly refusal: Reply }

export interface ChunkTerms {
  readonly binary: boolean
  /** Why this chunk can't be taken; where there is no transaction it is out of place as well. */
  readonly refusal: Reply | undefined
  readonly inTransaction: boolean
}

type Link = IntakeLink<DeliveryTag | { readonly is: string }>

const nothingRead: ContentReader = { read: () => ({ is: 'more' }) }

export class Incoming {
  readonly #policy: GatePolicy
  readonly #bytesMax: number
  #reader: ContentReader = nothingRead
  #delivery: Delivery | undefined
  #chunks: Chunks | undefined
  #inTransaction = true

  constructor(policy: GatePolicy, bytesMax: number) {
    this.#policy = policy
    this.#bytesMax = bytesMax
  }

  /** Of the chunks so far. */
  get contentBytes(): number {
    return this.#chunks?.contentBytes ?? 0
  }

  data(link: Link): void {
    this.#inTransaction = true
    this.#delivery = new Delivery(link, this.#policy)
    this.#reader = dataContent(this.#delivery, this.#bytesMax)
  }

  chunk(command: Bdat, link: Link | undefined, { binary, refusal, inTransaction }: ChunkTerms): void {
    this.#inTransaction = inTransaction
    if (refusal === undefined && link !== undefined) {
      this.#delivery ??= new Delivery(link, this.#policy)
      this.#chunks ??= chunksOf(this.#delivery, binary)
    }
    this.#reader = chunkContent(command, this.#chunks, refusal)
  }

  read(lines: LineReader): Outcome {
    const step = this.#reader.read(lines)
    if (step.is === 'message') return this.#ended(step.verdict)
    if (step.is !== 'chunk') return step
    const { last, refusal, verdict } = step
    if (refusal !== undefined) return this.#inTransaction ? { is: 'failed', refusal, verdict: undefined } : { is: 'outOfPlace', refusal }
    if (last || verdict !== undefined) return this.#ended(verdict)
    const refused = this.#delivery?.refused
    return refused === undefined ? { is: 'chunk' } : { is: 'failed', refusal: refused, verdict: undefined }
  }

  /** The message is with intake; its answers come under the delivery's tags. */
  finish(recipients: number): void {
    this.#delivery?.finish(recipients)
    this.forget()
  }

  /** Intake can't have it any more, which is said at the end of the content. */
  refuse(reply: Reply): void {
    this.#delivery?.refuse(reply)
  }

  forget(): void {
    this.#delivery = undefined
    this.#chunks = undefined
  }

  #ended(verdict: BadContent | undefined): Outcome {
    const refusal = verdict === undefined ? this.#delivery?.refused : badContentReplies[verdict]
    return refusal === undefined ? { is: 'whole' } : { is: 'failed', refusal, verdict }
  }
}

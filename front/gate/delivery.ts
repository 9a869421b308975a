/**
 * The content of one transaction on its way to `intake`: gathered into chunks, bounded in flight, and given up without
 * harm when it turns out bad, because only the last chunk makes a message.
 */
import { isPositive, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { foldReplies } from './fold-replies.ts'
import type { IntakeLink } from './intake-link.ts'
import type { GatePolicy } from './policy.ts'

export type DeliveryTag = { readonly is: 'chunk' | 'final'; readonly of: Delivery }

const piecesMax = 128

export class Delivery {
  readonly #link: IntakeLink<DeliveryTag | { readonly is: string }>
  readonly #policy: GatePolicy
  readonly #chunkTag: DeliveryTag = { is: 'chunk', of: this }
  #gathered: Buffer[] = []
  #gatheredBytes = 0
  #inFlight = 0
  #refused: Reply | undefined
  #finals: Reply[] = []
  #finalsOwed = 0

  constructor(link: IntakeLink<DeliveryTag | { readonly is: string }>, policy: GatePolicy) {
    this.#link = link
    this.#policy = policy
  }

  /** Why this message can't be delivered any more, as far as intake said so already. */
  get refused(): Reply | undefined {
    return this.#refused
  }

  /** The client is to be read no further until intake has caught up. */
  get congested(): boolean {
    if (this.#refused !== undefined || !this.#link.alive) return false
    const unsentMax = this.#policy.chunkBytes * this.#policy.chunksInFlightMax
    return this.#inFlight >= this.#policy.chunksInFlightMax || this.#link.unsentBytes > unsentMax
  }

  add(content: Buffer): void {
    if (content.length === 0 || this.#refused !== undefined) return
    this.#gathered.push(content)
    this.#gatheredBytes += content.length
    // A client that sends crumbs shall not cost an object a crumb.
    if (this.#gathered.length >= piecesMax) this.#gathered = [Buffer.concat(this.#gathered)]
    if (this.#gatheredBytes >= this.#policy.chunkBytes) this.#send(undefined)
  }

  /** The message is complete and good: its last chunk goes, and one answer per accepted recipient is owed. */
  finish(recipients: number): void {
    this.#finalsOwed = recipients
    this.#send({ replies: recipients })
  }

  /** The message is not to be: intake forgets the transaction. */
  abandon(): void {
    this.#gathered = []
    this.#gatheredBytes = 0
    if (this.#link.alive) this.#link.mention({ verb: 'RSET' })
  }

  chunkAnswered(reply: Reply): void {
    this.#inFlight -= 1
    if (!isPositive(reply)) this.refuse(reply)
  }

  refuse(reply: Reply): void {
    this.#refused ??= reply
    this.#gathered = []
    this.#gatheredBytes = 0
  }

  /** The one reply for the client, once all have come. */
  finalAnswered(reply: Reply): Reply | undefined {
    this.#finals.push(reply)
    this.#finalsOwed -= 1
    return this.#finalsOwed === 0 ? foldReplies(this.#finals) : undefined
  }

  #send(last: { readonly replies: number } | undefined): void {
    const content = this.#gathered
    const sizeBytes = this.#gatheredBytes
    this.#gathered = []
    this.#gatheredBytes = 0
    if (last === undefined) this.#inFlight += 1
    this.#link.chunk(content, sizeBytes, last, last === undefined ? this.#chunkTag : { is: 'final', of: this })
  }
}

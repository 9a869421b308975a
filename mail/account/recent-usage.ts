/**
 * Whether an APPEND has room, before its bytes are sent. Asks the store at most once in a while, counts in between what was let
 * in, and never refuses on an old answer: the journal has the last word when the message is appended.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Usage } from './mail-account.ts'

/** How long an answer of the store is good enough. */
const freshMs = 10_000

export class RecentUsage {
  readonly #ask: () => Promise<Usage>
  readonly #clock: Clock
  #known: Usage | undefined
  #letIn = 0
  #letInMessages = 0
  #untilMs = 0

  constructor(ask: () => Promise<Usage>, clock: Clock) {
    this.#ask = ask
    this.#clock = clock
  }

  #fits(bytes: number): boolean {
    if (this.#known === undefined) return false
    const { usedBytes, quotaBytes, messages, quotaMessages } = this.#known
    return (quotaBytes === null || usedBytes + this.#letIn + bytes <= quotaBytes) &&
      (quotaMessages === null || messages + this.#letInMessages < quotaMessages)
  }

  async hasRoom(bytes: number): Promise<boolean> {
    const isFresh = this.#clock.now() < this.#untilMs
    if (!isFresh || !this.#fits(bytes)) {
      this.#known = await this.#ask()
      this.#letIn = 0
      this.#letInMessages = 0
      this.#untilMs = this.#clock.now() + freshMs
    }
    const fits = this.#fits(bytes)
    if (fits) {
      this.#letIn += bytes
      this.#letInMessages += 1
    }
    return fits
  }
}

/**
 * Opened index records of one account, the least recently used going first. All accounts of a mailroom share a budget:
 * where it is spent, records are simply opened again.
 */
import { wipe } from '@bulkhead/base/secret.ts'
import type { MessageId } from '@bulkhead/base/ids.ts'

export const accountCacheBytesMax = 24 * 1024 * 1024

export interface CacheBudget {
  readonly bytesMax: number
  usedBytes: number
}

export const cacheBudget = (bytesMax: number): CacheBudget => ({ bytesMax, usedBytes: 0 })

export class IndexCache {
  readonly #budget: CacheBudget
  readonly #records = new Map<MessageId, Buffer>()
  #bytes = 0

  constructor(budget: CacheBudget) {
    this.#budget = budget
  }

  get(message: MessageId): Buffer | undefined {
    return this.#records.get(message)
  }

  has(message: MessageId): boolean {
    return this.#records.has(message)
  }

  put(message: MessageId, plain: Buffer): void {
    if (plain.length > accountCacheBytesMax || this.#records.has(message)) return
    while (this.#bytes + plain.length > accountCacheBytesMax) if (!this.#dropOldest()) return
    while (this.#budget.usedBytes + plain.length > this.#budget.bytesMax) if (!this.#dropOldest()) return
    this.#records.set(message, plain)
    this.#count(plain.length)
  }

  #count(bytes: number): void {
    this.#bytes += bytes
    this.#budget.usedBytes += bytes
  }

  /** Not wiped: someone may be reading from it. */
  #dropOldest(): boolean {
    for (const [message, plain] of this.#records) {
      this.#records.delete(message)
      this.#count(-plain.length)
      return true
    }
    return false
  }

  /** At the end, when nobody reads any more. */
  wipe(): void {
    for (const plain of this.#records.values()) {
      wipe(plain)
      this.#count(-plain.length)
    }
    this.#records.clear()
  }
}

/**
 * Reads what lies beside the fold: index records in batches, the next batch fetched while the present one is used, each
 * opened only when its turn comes; and bodies, chunk by chunk.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { AccountHandle, MessageId } from '@bulkhead/base/ids.ts'
import { secret } from '@bulkhead/base/secret.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { decodeMessageIndex } from '@bulkhead/wire/mime/index-codec.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { JournalReader, StoredBody, StoredMessage } from '../ports/journal-store.ts'
import { indexOwner } from './arrival.ts'
import { bodySource, sealedBlob, sealedRow, type SealedBytes } from './body-source.ts'
import type { IndexCache } from './index-cache.ts'
import type { KeyRing } from './key-ring.ts'
import type { BodySource } from './mail-account.ts'

export const indexesPerBatch = 500
const messageKeyBytes = 32

export interface ReaderPorts {
  readonly store: JournalReader
  readonly blobs: BlobStore
  readonly sealing: Sealing
}

export class MessageReader {
  readonly #account: AccountHandle
  readonly #ring: KeyRing
  readonly #cache: IndexCache
  readonly #ports: ReaderPorts

  constructor(account: AccountHandle, ring: KeyRing, cache: IndexCache, ports: ReaderPorts) {
    this.#account = account
    this.#ring = ring
    this.#cache = cache
    this.#ports = ports
  }

  async *indexes(messages: readonly MessageId[], sections?: readonly IndexSection[]): AsyncGenerator<MessageIndex | undefined> {
    for await (const batch of this.indexBatches(messages, sections)) yield* batch
  }

  /** Whatever the sections: records are read whole. */
  async *indexBatches(messages: readonly MessageId[], _sections?: readonly IndexSection[]): AsyncGenerator<readonly (MessageIndex | undefined)[]> {
    let ahead = this.#fetch(messages, 0)
    for (let from = 0; from < messages.length; from += indexesPerBatch) {
      const batch = await ahead
      ahead = this.#fetch(messages, from + indexesPerBatch)
      // Whoever stops reading early never asks how the batch ahead ended.
      ahead.catch(() => undefined)
      yield messages.slice(from, from + indexesPerBatch).map((message) => {
        const plain = this.#plainOf(message, batch)
        return plain === undefined ? undefined : decoded(plain)
      })
    }
  }

  async #fetch(messages: readonly MessageId[], from: number): Promise<ReadonlyMap<MessageId, StoredMessage>> {
    const wanted = messages.slice(from, from + indexesPerBatch).filter((message) => !this.#cache.has(message))
    if (wanted.length === 0) return new Map()
    const found = await this.#ports.store.messageIndexes(this.#account, wanted)
    return new Map(found.map((stored) => [stored.message, stored]))
  }

  #plainOf(message: MessageId, batch: ReadonlyMap<MessageId, StoredMessage>): Buffer | undefined {
    const cached = this.#cache.get(message)
    if (cached !== undefined) return cached
    const stored = batch.get(message)
    if (stored === undefined) return undefined
    const plain = this.#ring.openRecord('index', indexOwner(this.#account, message), stored.index)?.plain
    if (plain === undefined || plain.length < messageKeyBytes) return undefined
    this.#cache.put(message, plain)
    return plain
  }

  async body(message: MessageId): Promise<BodySource | undefined> {
    const [body] = await this.bodies([message])
    return body
  }

  /** At most `indexesPerBatch` messages. */
  async bodies(messages: readonly MessageId[]): Promise<readonly (BodySource | undefined)[]> {
    assert(messages.length <= indexesPerBatch, 'as many bodies at once as agreed')
    const [batch, bodies] = await Promise.all([this.#fetch(messages, 0), this.#ports.store.bodies(this.#account, messages)])
    const opened: Promise<BodySource | undefined>[] = messages.map((message) => this.#opened(message, batch, bodies.get(message)))
    try {
      return await Promise.all(opened)
    } catch (fault) {
      for (const body of opened) void body.then((open) => open?.[Symbol.asyncDispose]()).catch(() => undefined)
      throw fault
    }
  }

  async #opened(message: MessageId, batch: ReadonlyMap<MessageId, StoredMessage>, body: StoredBody | undefined): Promise<BodySource | undefined> {
    const record = body === undefined ? undefined : this.#plainOf(message, batch)
    if (body === undefined || record === undefined) return undefined
    const sealed = await this.#sealedBytes(body)
    return sealed === undefined
      ? undefined
      : bodySource(this.#ports.sealing, secret(Buffer.from(record.subarray(0, messageKeyBytes))), sealed)
  }

  async #sealedBytes(body: StoredBody): Promise<SealedBytes | undefined> {
    if (body.in === 'row') return sealedRow(body.sealed)
    const blob = await this.#ports.blobs.open(this.#account, body.name)
    return blob === undefined ? undefined : sealedBlob(blob)
  }
}

/** A record that opens but is no index was stored by a writer gone bad; it is as good as missing. */
const decoded = (plain: Buffer): MessageIndex | undefined => {
  try {
    return decodeMessageIndex(plain.subarray(messageKeyBytes))
  } catch {
    return undefined
  }
}

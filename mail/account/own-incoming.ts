/** APPENDs under way: what the sessions hold is a handle, what it stands for is known here alone. */
import { assert } from '@bulkhead/base/assert.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { ContentKey, Sealing } from '@bulkhead/seal/sealing.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { NewMessage } from '../ports/journal-store.ts'
import { newRow } from './arrival.ts'
import { receiveMessage, type Received, type Receiver } from './incoming.ts'
import type { IncomingMessage } from './mail-account.ts'

/** What a session began in one account may end in another: a mailbox shared with it. */
const receivers = new WeakMap<IncomingMessage, Receiver>()

export class OwnIncoming {
  readonly #account: AccountHandle
  readonly #ports: { readonly sealing: Sealing; readonly blobs: BlobStore }

  constructor(account: AccountHandle, ports: { readonly sealing: Sealing; readonly blobs: BlobStore }) {
    this.#account = account
    this.#ports = ports
  }

  begin(sizeBytesMax: number): IncomingMessage {
    const receiver = receiveMessage(this.#ports, sizeBytesMax)
    const incoming: IncomingMessage = { write: receiver.write, discard: receiver.discard }
    receivers.set(incoming, receiver)
    return incoming
  }

  /** Ends a message. What is received is to be discarded by the caller, whatever happens. */
  async finish(incoming: IncomingMessage): Promise<Received> {
    const receiver = receivers.get(incoming)
    assert(receiver !== undefined, 'an APPEND ends once')
    receivers.delete(incoming)
    return receiver.finish()
  }

  /** Their rows, in order; where one fails, what was stored for the others goes again. */
  async rows(received: readonly Received[], key: ContentKey): Promise<readonly NewMessage[]> {
    const to = { account: this.#account, key }
    const rows: NewMessage[] = []
    try {
      for (const { sizeBytes, indexPlain, keep } of received) {
        rows.push(newRow(this.#ports.sealing, to, { sizeBytes, indexPlain, body: await keep([this.#account]) }))
      }
      return rows
    } catch (fault) {
      await this.drop(rows)
      throw fault
    }
  }

  /** Rows that were refused: their blobs go. */
  async drop(rows: readonly NewMessage[]): Promise<void> {
    for (const { body } of rows) if (body.in === 'blob') await this.#ports.blobs.remove(this.#account, body.name)
  }
}

/**
 * Messages of an account and its shares by their ids alone. Whoever asks reads one mailbox at a time, so the journal that
 * had the last message is asked first, and the others only for what it does not have.
 */
import { view } from '@bulkhead/base/bytes.ts'
import { uuidFromBytes, type MessageId } from '@bulkhead/base/ids.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { Needle } from '@bulkhead/wire/text/digest.ts'
import type { BodySource, MailAccount, Sifted } from '../account/mail-account.ts'
import { idBytes } from '../journal/columns.ts'
import { nothingSifted } from '../packs/sheet-shelf.ts'

const idsPerTurn = 500

type Ask<T> = (mail: MailAccount, messages: readonly MessageId[]) => Promise<readonly (T | undefined)[]>

const allOf = async (mail: MailAccount, messages: readonly MessageId[], sections: readonly IndexSection[]): Promise<readonly (MessageIndex | undefined)[]> => {
  const found: (MessageIndex | undefined)[] = []
  for await (const batch of mail.indexBatches(messages, sections)) found.push(...batch)
  return found
}

const idsIn = (messages: readonly MessageId[] | Uint8Array): readonly MessageId[] => {
  if (!(messages instanceof Uint8Array)) return messages
  const bytes = view(messages)
  return Array.from({ length: bytes.length / idBytes }, (_, at) => uuidFromBytes(bytes.subarray(at * idBytes, (at + 1) * idBytes)) as MessageId)
}

export class FoundMessages {
  /** The account's own first. */
  readonly #journals: () => readonly MailAccount[]
  #last: MailAccount | undefined

  constructor(journals: () => readonly MailAccount[]) {
    this.#journals = journals
  }

  async #find<T>(messages: readonly MessageId[], ask: Ask<T>): Promise<readonly (T | undefined)[]> {
    const found = new Array<T | undefined>(messages.length).fill(undefined)
    let missing = messages.map((_, at) => at)
    const journals = this.#journals()
    const first = journals.find((mail) => mail === this.#last)
    for (const mail of first === undefined ? journals : [first, ...journals.filter((other) => other !== first)]) {
      const answers = await ask(mail, missing.map((at) => messages[at] as MessageId))
      for (const [place, at] of missing.entries()) found[at] = answers[place]
      const left = missing.filter((at) => found[at] === undefined)
      if (left.length < missing.length) this.#last = mail
      missing = left
      if (missing.length === 0) break
    }
    return found
  }

  async *indexBatches(messages: readonly MessageId[] | Uint8Array, sections: readonly IndexSection[]): AsyncGenerator<readonly (MessageIndex | undefined)[]> {
    const ids = idsIn(messages)
    for (let from = 0; from < ids.length; from += idsPerTurn) {
      yield await this.#find(ids.slice(from, from + idsPerTurn), (mail, some) => allOf(mail, some, sections))
    }
  }

  /** Of the journal that knows the first of them: the others' are looked up by themselves. */
  async sifted(messages: readonly MessageId[] | Uint8Array, needles: readonly Needle[]): Promise<Sifted> {
    const count = messages instanceof Uint8Array ? messages.length / idBytes : messages.length
    let last = nothingSifted
    for (const mail of this.#journals()) {
      last = await mail.sifted(messages, needles)
      for (let place = 0; place < count; place += 1) if (last.knows(place)) return last
    }
    return last
  }

  bodies(messages: readonly MessageId[]): Promise<readonly (BodySource | undefined)[]> {
    return this.#find(messages, (mail, some) => mail.bodies(some))
  }
}

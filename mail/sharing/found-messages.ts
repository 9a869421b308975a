/**
 * Messages of an account and its shares by their ids alone. Whoever asks reads one mailbox at a time, so the journal that
 * had the last message is asked first, and the others only for what it does not have.
 */
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { BodySource, MailAccount } from '../account/mail-account.ts'

const idsPerTurn = 500

type Ask<T> = (mail: MailAccount, messages: readonly MessageId[]) => Promise<readonly (T | undefined)[]>

const allOf = async (mail: MailAccount, messages: readonly MessageId[], sections: readonly IndexSection[]): Promise<readonly (MessageIndex | undefined)[]> => {
  const found: (MessageIndex | undefined)[] = []
  for await (const batch of mail.indexBatches(messages, sections)) found.push(...batch)
  return found
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

  async *indexBatches(messages: readonly MessageId[], sections: readonly IndexSection[]): AsyncGenerator<readonly (MessageIndex | undefined)[]> {
    for (let from = 0; from < messages.length; from += idsPerTurn) {
      yield await this.#find(messages.slice(from, from + idsPerTurn), (mail, some) => allOf(mail, some, sections))
    }
  }

  bodies(messages: readonly MessageId[]): Promise<readonly (BodySource | undefined)[]> {
    return this.#find(messages, (mail, some) => mail.bodies(some))
  }
}

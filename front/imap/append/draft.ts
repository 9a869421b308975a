/** Messages on their way in through one APPEND or REPLACE: sealed as they come, whole only when the command ends well. */
import type { IncomingMessage, MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import type { AppendHead } from '@bulkhead/wire/imap/append-grammar.ts'
import { badReply, no, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { refusalReplies } from '../refusals.ts'

/** Messages of one APPEND. */
const messagesMax = 100
/** Parts of one CATENATE. */
const partsMax = 1_000

export interface Draft {
  readonly flags: readonly string[]
  /** Null: now. */
  readonly internalDateMs: number | null
  readonly incoming: IncomingMessage
  readonly sizeBytes: number
}

export interface Drafts {
  begin(head: AppendHead): Tagged | undefined
  /** Bytes that go with the command, and make room for its own. */
  frees(sizeBytes: number): void
  /** Makes room for `sizeBytes` more of the message, or says why there is none: before the client sends them. */
  room(sizeBytes: number): Promise<Tagged | undefined>
  write(bytes: Buffer): Promise<void>
  /** The message is whole. */
  end(): Tagged | undefined
  /** Hands over what is whole. */
  take(): readonly Draft[]
  /** Throws away what was not taken. */
  discard(): Promise<void>
}

/** RFC 3502: an empty literal takes back the whole command. */
const empty = no(null, 'Message is empty, nothing was appended')

export const draftsOf = (account: MailAccount, messageBytesMax: number): Drafts => {
  let whole: Draft[] = []
  let head: AppendHead | undefined
  let incoming: IncomingMessage | undefined
  let sizeBytes = 0
  let parts = 0
  let freed = 0

  const open = async (firstBytes: number): Promise<Tagged | undefined> => {
    const opened = await account.incoming(Math.max(0, firstBytes - freed), head?.form === 'catenate' ? messageBytesMax : firstBytes)
    if (isRefused<'tooLarge' | 'overQuota'>(opened)) return refusalReplies[opened.why]
    incoming = opened
    return undefined
  }

  return {
    begin(given) {
      if (whole.length >= messagesMax) return badReply('Too many messages')
      head = given
      incoming = undefined
      sizeBytes = 0
      parts = 0
      return undefined
    },
    frees(bytes) {
      freed = bytes
    },
    async room(more) {
      if (more === 0 && head?.form !== 'catenate') return empty
      if ((parts += 1) > partsMax) return badReply('Too many parts')
      if (sizeBytes + more > messageBytesMax) return refusalReplies.tooLarge
      const refused = incoming === undefined ? await open(more) : undefined
      if (refused === undefined) sizeBytes += more
      return refused
    },
    async write(bytes) {
      await incoming?.write(bytes)
    },
    end() {
      if (head === undefined || incoming === undefined || sizeBytes === 0) return empty
      whole.push({ flags: head.flags, internalDateMs: head.internalDateMs, incoming, sizeBytes })
      head = undefined
      incoming = undefined
      return undefined
    },
    take() {
      const taken = whole
      whole = []
      return taken
    },
    async discard() {
      const left = [...whole.map((draft) => draft.incoming), ...(incoming === undefined ? [] : [incoming])]
      whole = []
      incoming = undefined
      for (const one of left) await one.discard()
    },
  }
}

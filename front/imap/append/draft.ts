/** Messages on their way in through one APPEND or REPLACE: sealed as they come, whole only when the command ends well. */
import type { IncomingMessage, MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import type { AppendHead } from '@bulkhead/wire/imap/append-grammar.ts'
import { no, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { unbinary, type Unbinary } from '@bulkhead/wire/mime/unbinary.ts'
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
  room(sizeBytes: number, isBinary: boolean): Promise<Tagged | undefined>
  write(bytes: Buffer): Promise<Tagged | undefined>
  /** The message is whole. */
  end(): Promise<Tagged | undefined>
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
  /** As announced, and as stored. */
  let sizeBytes = 0
  let written = 0
  let parts = 0
  let freed = 0
  /** Where binary parts may come, which are stored in base64. */
  let filter: Unbinary | undefined

  const open = async (firstBytes: number, isBinary: boolean): Promise<Tagged | undefined> => {
    filter = isBinary || head?.form === 'catenate' ? unbinary() : undefined
    const opened = await account.incoming(Math.max(0, firstBytes - freed), filter === undefined ? firstBytes : messageBytesMax)
    if (isRefused<'tooLarge' | 'overQuota'>(opened)) return refusalReplies[opened.why]
    incoming = opened
    return undefined
  }

  const put = async (pieces: readonly Buffer[]): Promise<Tagged | undefined> => {
    for (const piece of pieces) {
      written += piece.length
      if (written > messageBytesMax) return refusalReplies.tooLarge
      await incoming?.write(piece)
    }
    return undefined
  }

  return {
    begin(given) {
      if (whole.length >= messagesMax) return no('LIMIT', 'Too many messages')
      head = given
      incoming = undefined
      sizeBytes = 0
      written = 0
      parts = 0
      return undefined
    },
    frees(bytes) {
      freed = bytes
    },
    async room(more, isBinary) {
      if (more === 0 && head?.form !== 'catenate') return empty
      if ((parts += 1) > partsMax) return no('LIMIT', 'Too many parts')
      if (sizeBytes + more > messageBytesMax) return refusalReplies.tooLarge
      const refused = incoming === undefined ? await open(more, isBinary) : undefined
      if (refused === undefined) sizeBytes += more
      return refused
    },
    write: (bytes) => put(filter === undefined ? [bytes] : filter.push(bytes)),
    async end() {
      const refused = filter === undefined ? undefined : await put(filter.end())
      if (refused !== undefined) return refused
      if (head === undefined || incoming === undefined || sizeBytes === 0) return empty
      whole.push({ flags: head.flags, internalDateMs: head.internalDateMs, incoming, sizeBytes: written })
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

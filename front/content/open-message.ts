/** A message of an account to be read: its index, its header, its bytes. */
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { BodySource, MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { emailsIn } from '@bulkhead/mail/email/emails.ts'
import { headerFields, type HeaderField } from '@bulkhead/wire/mime/header.ts'
import type { MessageIndex, Part } from '@bulkhead/wire/mime/message-index.ts'

export interface OpenMessage extends AsyncDisposable {
  readonly message: MessageId
  readonly index: MessageIndex
  readonly header: Uint8Array
  readonly fields: readonly HeaderField[]
  readonly source: BodySource
  readonly receivedMs: number
  readonly isOwn: boolean
}

/** Of a header that the index does not hold whole. */
const headerBytesMax = 262_144

const ownPlaces = new Set(['\\Sent', '\\Drafts'])

/** Undefined where the account has no such message, or not any more. */
export const openMessage = async (account: MailAccount, message: MessageId): Promise<OpenMessage | undefined> => {
  const emails = emailsIn((await account.refresh()).own)
  const entries = emails.entriesOf(message)
  const [first] = entries
  if (first === undefined) return undefined
  // The body last: one that is opened while the index fails would be closed by nobody.
  const index = await firstOf(account.indexes([message]))
  const source = index === undefined ? undefined : await account.body(message)
  if (index === undefined || source === undefined) return undefined
  const header = await headerOf(index, source)
  const { mailbox, at } = emails.placeOf(first)
  return {
    message, index, header, fields: headerFields(header), source, receivedMs: mailbox.messages.internalDates[at] ?? 0,
    isOwn: entries.some((entry) => ownPlaces.has(emails.placeOf(entry).mailbox.specialUse ?? '')),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  }
}

const headerOf = async (index: MessageIndex, source: BodySource): Promise<Uint8Array> => {
  if (index.headerComplete) return index.header
  try {
    return await source.read(0, Math.min(index.root.bodyStart, headerBytesMax))
  } catch (fault) {
    await source[Symbol.asyncDispose]()
    throw fault
  }
}

const firstOf = async <T>(items: AsyncIterable<T | undefined>): Promise<T | undefined> => {
  for await (const item of items) return item
  return undefined
}

/** `bytesMax` from the beginning of a part's body, as it stands. */
export const bodyBytes = async ({ source }: Pick<OpenMessage, 'source'>, { bodyStart, bodyEnd }: Part, bytesMax: number): Promise<Buffer> =>
  source.read(bodyStart, Math.max(0, Math.min(bodyEnd - bodyStart, bytesMax)))

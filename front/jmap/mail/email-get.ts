/** Email/get (RFC 8621 section 4.2): what memory and indexes hold first; messages themselves are opened only where they must be. */
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { BodySource, MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { emailsIn, type Emails } from '@bulkhead/mail/email/emails.ts'
import { emailId, messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { keywordsOfFlags } from '@bulkhead/mail/email/keywords.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import { getAnswer, getArguments } from '@bulkhead/wire/jmap/get.ts'
import { blobId } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import type { JmapLimits } from '@bulkhead/wire/jmap/limits.ts'
import { encodingOf } from '@bulkhead/wire/jmap/mail/body-parts.ts'
import { bodyArguments, emailDefaults, emailWish, type EmailWish } from '@bulkhead/wire/jmap/mail/email-wish.ts'
import { utcDateText } from '@bulkhead/wire/jmap/readers.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { TextReader } from '../../reader/text-reader.ts'
import { answer, type Method } from '../method.ts'
import { bodyValuesBytesMax, type BodyBudget } from './body-value.ts'
import { emailObject, needsBytes, sectionsFor, type EmailSource } from './email-object.ts'
import { bytesOfSource, type MessageBytes } from './message-source.ts'

/** Messages opened at once, and their bytes together unless one alone is more. */
const openedMax = 50
const openedBytesMax = 8 * 1024 * 1024

const trueFor = (names: readonly string[]): JsonObject => Object.fromEntries(names.map((name) => [name, true]))

/** Section 4.1.1. */
export const emailMeta = (emails: Emails, entry: number): JsonObject => {
  const { mailbox, at } = emails.placeOf(entry)
  const message = mailbox.messages.messageId(at)
  return {
    id: emailId(message),
    blobId: blobId({ is: 'message', message }),
    threadId: emails.threadIdOf(entry),
    mailboxIds: trueFor(emails.mailboxIdsOf(entry)),
    keywords: trueFor(keywordsOfFlags(emails.flagsOf(entry))),
    size: mailbox.messages.sizes[at] ?? 0,
    receivedAt: utcDateText(mailbox.messages.internalDates[at] ?? 0),
  }
}

interface Wanted {
  readonly entry: number
  readonly message: MessageId
  readonly sizeBytes: number
}

function* opened(wanted: readonly Wanted[]): Generator<readonly Wanted[], void, void> {
  let some: Wanted[] = []
  let bytes = 0
  for (const one of wanted) {
    if (some.length >= openedMax || (some.length > 0 && bytes + one.sizeBytes > openedBytesMax)) {
      yield some
      some = []
      bytes = 0
    }
    some.push(one)
    bytes += one.sizeBytes
  }
  if (some.length > 0) yield some
}

const noIndex: MessageIndex | undefined = undefined

type Indexes = readonly (MessageIndex | undefined)[]

const indexesOf = async (account: MailAccount, wanted: readonly Wanted[], sections: readonly IndexSection[]): Promise<Indexes> => {
  if (sections.length === 0) return wanted.map(() => noIndex)
  const found: (MessageIndex | undefined)[] = []
  for await (const batch of account.indexBatches(wanted.map(({ message }) => message), sections)) found.push(...batch)
  return found
}

/** Opens the message when it is first asked for, where that was not done ahead. */
const sourceOf = (account: MailAccount, message: MessageId, index: MessageIndex, ahead: BodySource | undefined, close: BodySource[]): EmailSource => {
  let bytes: Promise<MessageBytes | undefined> | undefined
  const open = async (): Promise<MessageBytes | undefined> => {
    if (ahead !== undefined) return bytesOfSource(ahead)
    const body = await account.body(message)
    if (body !== undefined) close.push(body)
    return body === undefined ? undefined : bytesOfSource(body)
  }
  return {
    index,
    bytes: () => (bytes ??= open()),
    blobOf: (part) => ({ is: 'part', message, start: part.bodyStart, length: part.bodyEnd - part.bodyStart, encoding: encodingOf(part) }),
  }
}

interface Asking {
  readonly account: MailAccount
  readonly emails: Emails
  readonly wish: EmailWish
  readonly reader: TextReader
}

/** What one Email/get has to say, without a promise for messages of which memory says all. */
const rendered = async (wanted: readonly Wanted[], { account, emails, wish, reader }: Asking): Promise<readonly (JsonObject | undefined)[]> => {
  const sections = sectionsFor(wish)
  if (sections.length === 0 && !needsBytes(wish)) return wanted.map(({ entry }) => pickedMeta(emailMeta(emails, entry), wish))
  const budget: BodyBudget = { bytesLeft: bodyValuesBytesMax, reader, whose: account.account }
  const objects: (JsonObject | undefined)[] = []
  for (const some of needsBytes(wish) ? opened(wanted) : [wanted]) {
    // One after the other: bodies that are opened while the indexes fail would be closed by nobody.
    const indexes = await indexesOf(account, some, sections)
    const bodies = needsBytes(wish) ? await account.bodies(some.map(({ message }) => message)) : []
    const close: BodySource[] = bodies.flatMap((body) => body ?? [])
    try {
      for (const [place, { entry, message }] of some.entries()) {
        const index = indexes[place]
        const source = index === undefined ? undefined : sourceOf(account, message, index, bodies[place], close)
        objects.push(source === undefined ? undefined : await emailObject(source, wish, emailMeta(emails, entry), budget))
      }
    } finally {
      for (const body of close) await body[Symbol.asyncDispose]()
    }
  }
  return objects
}

const everyId = (emails: Emails, { maxObjectsInGet }: Pick<JmapLimits, 'maxObjectsInGet'>): readonly string[] => {
  const entries = [...emails.everyEmail().take(maxObjectsInGet + 1)]
  if (entries.length > maxObjectsInGet) throw new MethodFailure('requestTooLarge', 'ids: name the Emails; Email/query finds them')
  return entries.map((entry) => emails.idOf(entry))
}

const pickedMeta = (meta: JsonObject, { properties }: EmailWish): JsonObject =>
  Object.fromEntries(properties.map((property) => [property, meta[property] ?? null]))

export const emailGet: Method = {
  name: 'Email/get',
  capability: capabilities.mail,
  async run(args, { account, limits, services: { reading } }) {
    const { accountId, ids, properties, more } = getArguments(args, limits, { properties: null, defaults: emailDefaults }, bodyArguments)
    const wish = emailWish(properties, more)
    const { own } = await account.refresh()
    const emails = emailsIn(own)
    const notFound: string[] = []
    const wanted: Wanted[] = []
    for (const id of ids ?? everyId(emails, limits)) {
      const message = messageOfEmail(id)
      const [entry] = message === undefined ? [] : emails.entriesOf(message)
      if (message === undefined || entry === undefined) notFound.push(id)
      else {
        const { mailbox, at } = emails.placeOf(entry)
        wanted.push({ entry, message, sizeBytes: mailbox.messages.sizes[at] ?? 0 })
      }
    }
    const objects = await rendered(wanted, { account, emails, wish, reader: reading.reader })
    for (const [place, { message }] of wanted.entries()) if (objects[place] === undefined) notFound.push(emailId(message))
    return answer(getAnswer(accountId, stateText(own.seq), objects.filter((object) => object !== undefined), notFound))
  },
}

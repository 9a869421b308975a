/** `Email/parse` (RFC 8621 section 4.9): a blob read as a message, such as one that is attached to another. */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import { blobName, type BlobName } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { encodingOf } from '@bulkhead/wire/jmap/mail/body-parts.ts'
import { bodyArguments, emailDefaults, emailWish, type EmailWish } from '@bulkhead/wire/jmap/mail/email-wish.ts'
import { id, listOf, orNull, readArguments, text } from '@bulkhead/wire/jmap/readers.ts'
import { messageIndexer } from '@bulkhead/wire/mime/indexer.ts'
import type { MessageIndex, Part } from '@bulkhead/wire/mime/message-index.ts'
import { takingTurns } from '@bulkhead/mail/search/turn.ts'
import { answer, type Method, type MethodContext } from '../method.ts'
import { bodyValuesBytesMax, type BodyBudget } from './body-value.ts'
import { emailObject } from './email-object.ts'
import { bytesInMemory } from './message-source.ts'
import { isMessage } from './writing/whole-message.ts'

/** Each is read and indexed. */
const blobsMax = 50
/** Of all blobs of one call: as much as is read for a few large messages. */
const bytesMax = 128 * 1024 * 1024
const propertiesMax = 200

/** What is filed nowhere. */
const filedOnly = ['id', 'threadId', 'mailboxIds', 'keywords', 'receivedAt']
const defaults = emailDefaults.filter((name) => !filedOnly.includes(name) && name !== 'blobId' && name !== 'size')

/**
 * Where a part of the parsed message lies: inside the message of the account that holds it, unencoded. Parts of uploads, and of messages
 * that are encoded inside another, have no blob of their own.
 */
const blobOfPart = (holder: string) => (part: Part): BlobName | null => {
  const name = blobName(holder)
  if (name?.is !== 'message' && (name?.is !== 'part' || name.encoding !== 'identity')) return null
  const start = (name.is === 'part' ? name.start : 0) + part.bodyStart
  return { is: 'part', message: name.message, start, length: part.bodyEnd - part.bodyStart, encoding: encodingOf(part) }
}

/** Of one turn. */
const pieceBytes = 262_144

/** Others have their turns meanwhile: twenty megabytes of what looks like boundaries take a second. */
const indexed = async (bytes: Buffer): Promise<MessageIndex> => {
  const indexer = messageIndexer()
  const turn = takingTurns()
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    indexer.push(bytes.subarray(at, at + pieceBytes))
    await turn()
  }
  return indexer.end()
}

const parsed = async (blobId: string, bytes: Buffer, wish: EmailWish, budget: BodyBudget): Promise<JsonObject> => {
  const source = { index: await indexed(bytes), bytes: async () => bytesInMemory(bytes), blobOf: blobOfPart(blobId) }
  const meta: JsonObject = { ...Object.fromEntries(filedOnly.map((name) => [name, null])), blobId, size: bytes.length }
  return emailObject(source, wish, meta, budget)
}

const readAll = async (blobIds: readonly string[], wish: EmailWish, { account, services, limits }: MethodContext): Promise<JsonObject> => {
  const found: [string, JsonObject][] = []
  const notParsable: string[] = []
  const notFound: string[] = []
  const budget: BodyBudget = { bytesLeft: bodyValuesBytesMax, reader: services.reading.reader, whose: account.account }
  let left = bytesMax
  for (const blobId of new Set(blobIds)) {
    const bytes = await services.blobs.read(account, blobId, Math.min(limits.maxSizeUpload, left))
    if (bytes === 'notFound') notFound.push(blobId)
    else if (bytes === 'tooLarge' || !isMessage(bytes)) notParsable.push(blobId)
    else {
      left -= bytes.length
      found.push([blobId, await parsed(blobId, bytes, wish, budget)])
    }
  }
  return {
    parsed: found.length === 0 ? null : Object.fromEntries(found),
    notParsable: notParsable.length === 0 ? null : notParsable,
    notFound: notFound.length === 0 ? null : notFound,
  }
}

export const emailParse: Method = {
  name: 'Email/parse',
  capability: capabilities.mail,
  async run(args, context) {
    const { accountId, blobIds, properties, ...more } = readArguments(args, {
      accountId: id, blobIds: listOf(id, Number.POSITIVE_INFINITY), properties: orNull(listOf(text(1_024), propertiesMax)), ...bodyArguments,
    })
    if (blobIds.length > blobsMax) throw new MethodFailure('requestTooLarge', `at most ${blobsMax} blobs are taken`)
    const wish = emailWish(properties ?? defaults, more)
    return answer({ accountId, ...(await readAll(blobIds, wish, context)) })
  },
}

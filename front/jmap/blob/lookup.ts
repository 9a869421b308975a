/** `Blob/lookup` (RFC 9404 section 4.3): which Emails, Threads and Mailboxes a blob belongs to. */
import { emailId } from '@bulkhead/mail/email/ids.ts'
import { emailsIn } from '@bulkhead/mail/email/emails.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import { blobName } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { id, listOf, readArguments, text } from '@bulkhead/wire/jmap/readers.ts'
import { answer, type Method, type MethodContext } from '../method.ts'

export const lookupTypes = ['Mailbox', 'Thread', 'Email'] as const
type LookupType = (typeof lookupTypes)[number]

const typesMax = 32

/** Null where the blob is none of any Email. */
const belongings = (blobId: string, { account }: MethodContext): Readonly<Record<LookupType, readonly string[]>> | null => {
  const name = blobName(blobId)
  if (name === undefined || name.is === 'upload' || name.is === 'script') return null
  const emails = emailsIn(account.state().own)
  const [entry] = emails.entriesOf(name.message)
  if (entry === undefined) return null
  return { Email: [emailId(name.message)], Thread: [emails.threadIdOf(entry)], Mailbox: emails.mailboxIdsOf(entry) }
}

const isKnown = (name: string): name is LookupType => lookupTypes.some((one) => one === name)

const isThere = async (blobId: string, { services, account }: MethodContext): Promise<boolean> => {
  await using blob = await services.blobs.open(account, blobId)
  return blob !== undefined
}

export const blobLookup: Method = {
  name: 'Blob/lookup',
  capability: capabilities.blob,
  async run(args, context) {
    const { accountId, typeNames, ids } = readArguments(args, {
      accountId: id,
      typeNames: listOf(text(255), typesMax),
      ids: listOf(id, Number.POSITIVE_INFINITY),
    })
    if (ids.length > context.limits.maxObjectsInGet) throw new MethodFailure('requestTooLarge')
    const types = typeNames.filter(isKnown)
    if (types.length < typeNames.length) throw new MethodFailure('unknownDataType')
    const list: JsonObject[] = []
    const notFound: string[] = []
    for (const one of new Set(ids)) {
      const found = belongings(one, context)
      if (found === null && !(await isThere(one, context))) notFound.push(one)
      else list.push({ id: one, matchedIds: Object.fromEntries(types.map((type) => [type, found?.[type] ?? []])) })
    }
    return answer({ accountId, list, notFound })
  },
}

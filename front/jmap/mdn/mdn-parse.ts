/** `MDN/parse` (RFC 9007 section 2.2). */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { id, listOf, readArguments } from '@bulkhead/wire/jmap/readers.ts'
import { isMessage } from '../mail/writing/whole-message.ts'
import { answer, type Method } from '../method.ts'
import { parsedMdn } from './mdn.ts'
import { sentEmails } from './sent-emails.ts'

const blobsMax = 50
/** A report is short, even with the message it is about. */
const blobBytesMax = 8 * 1024 * 1024

export const mdnParse: Method = {
  name: 'MDN/parse',
  capability: capabilities.mdn,
  async run(args, { account, services }) {
    const { accountId, blobIds } = readArguments(args, { accountId: id, blobIds: listOf(id, Number.POSITIVE_INFINITY) })
    if (blobIds.length > blobsMax) throw new MethodFailure('requestTooLarge', `at most ${blobsMax} blobs are taken`)
    const parsed: [string, JsonObject][] = []
    const notParsable: string[] = []
    const notFound: string[] = []
    for (const blobId of new Set(blobIds)) {
      const bytes = await services.blobs.read(account, blobId, blobBytesMax)
      const mdn = typeof bytes === 'string' || !isMessage(bytes) ? undefined : parsedMdn(bytes)
      if (bytes === 'notFound') notFound.push(blobId)
      else if (mdn === undefined) notParsable.push(blobId)
      else parsed.push([blobId, mdn])
    }
    const originals = parsed.flatMap(([, { originalMessageId }]) => (typeof originalMessageId === 'string' ? [originalMessageId] : []))
    const emails = originals.length === 0 ? new Map<string, string>() : await sentEmails(account, originals)
    const told = parsed.map(([blobId, mdn]) => [blobId, { ...mdn, forEmailId: emails.get(String(mdn['originalMessageId'])) ?? null }] as const)
    return answer({
      accountId,
      parsed: told.length === 0 ? null : Object.fromEntries(told),
      notParsable: notParsable.length === 0 ? null : notParsable,
      notFound: notFound.length === 0 ? null : notFound,
    })
  },
}

/**
 * Content/issue: addresses at the content origin for blobs of the account, to be saved by the browser itself: `blobs` is a list of
 * `{blobId, name, type}`, the answer `issued` has a URL or null for each, in order.
 */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { blobName } from '@bulkhead/wire/jmap/ids.ts'
import { id, listOf, object, readArguments, text } from '@bulkhead/wire/jmap/readers.ts'
import { savedName } from '@bulkhead/wire/text/shown-name.ts'
import { openMessage } from '../../content/open-message.ts'
import { answer, type Method } from '../method.ts'

const blobsMax = 100

export const contentIssue: Method = {
  name: 'Content/issue',
  capability: capabilities.webmail,
  async run(args, { account, accountId, session, services: { reading } }) {
    const { blobs } = readArguments(args, { accountId: id, blobs: listOf(object, blobsMax) })
    const issued: (string | null)[] = []
    for (const blob of blobs) {
      const { blobId, name, type } = readArguments(blob, { blobId: id, name: text(1_024), type: text(256) })
      const named = blobName(blobId)
      if (named?.is !== 'message' && named?.is !== 'part') {
        issued.push(null)
        continue
      }
      await using message = await openMessage(account, named.message)
      const saved = savedName(name) || 'file'
      const { tokens } = reading
      if (message === undefined) issued.push(null)
      else if (named.is === 'message') issued.push(tokens.url(session, { is: 'eml', message: named.message, name: saved }))
      else {
        const { start, length, encoding } = named
        issued.push(tokens.url(session, { is: 'attachment', message: named.message, part: { start, length, encoding, type, name: saved } }))
      }
    }
    return answer({ accountId, issued })
  },
}

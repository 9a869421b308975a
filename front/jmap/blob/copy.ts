/** `Blob/copy` (RFC 8620 section 6.3). A session has one account, so what is copied is there already. */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure, setError, setErrorJson } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { id, listOf, readArguments } from '@bulkhead/wire/jmap/readers.ts'
import { answer, methodError, type Method } from '../method.ts'

export const blobCopy: Method = {
  name: 'Blob/copy',
  capability: capabilities.core,
  async run(args, { account, services, limits, accountId: own }) {
    const { fromAccountId, accountId, blobIds } = readArguments(args, {
      fromAccountId: id,
      accountId: id,
      blobIds: listOf(id, Number.POSITIVE_INFINITY),
    })
    if (fromAccountId !== own) return methodError('fromAccountNotFound')
    if (blobIds.length > limits.maxObjectsInSet) throw new MethodFailure('requestTooLarge')
    const copied: [string, string][] = []
    const notCopied: [string, JsonObject][] = []
    for (const blobId of new Set(blobIds)) {
      await using blob = await services.blobs.open(account, blobId)
      if (blob === undefined) notCopied.push([blobId, setErrorJson(setError('notFound'))])
      else copied.push([blobId, blobId])
    }
    return answer({
      fromAccountId,
      accountId,
      copied: copied.length === 0 ? null : Object.fromEntries(copied),
      notCopied: notCopied.length === 0 ? null : Object.fromEntries(notCopied),
    })
  },
}

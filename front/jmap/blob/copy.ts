/** `Blob/copy` (RFC 8620 section 6.3): what one account of the session has, uploaded to another. Within an account it is there already. */
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure, setError, setErrorJson, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { id, listOf, readArguments } from '@bulkhead/wire/jmap/readers.ts'
import { uploadError } from './refused.ts'
import { answer, methodError, type Method, type MethodContext } from '../method.ts'

/** The id that the blob has in the account asked. */
const copyOne = async (blobId: string, from: MailAccount, { account, services: { blobs }, limits }: MethodContext): Promise<string | SetError> => {
  await using blob = await blobs.open(from, blobId)
  if (blob === undefined) return setError('notFound')
  if (from === account) return blobId
  const writer = await blobs.create(account, blob.type ?? 'application/octet-stream', Math.min(blob.sizeBytes ?? limits.maxSizeUpload, limits.maxSizeUpload))
  if ('is' in writer) return uploadError(writer)
  try {
    let sizeBytes = 0
    for await (const chunk of blob.chunks()) {
      sizeBytes += chunk.length
      if (sizeBytes > limits.maxSizeUpload) return setError('tooLarge')
      await writer.write(chunk)
    }
    return await writer.keep()
  } finally {
    await writer.discard()
  }
}

export const blobCopy: Method = {
  name: 'Blob/copy',
  capability: capabilities.core,
  async run(args, context) {
    const { fromAccountId, accountId, blobIds } = readArguments(args, {
      fromAccountId: id,
      accountId: id,
      blobIds: listOf(id, Number.POSITIVE_INFINITY),
    })
    const from = context.accountOf(fromAccountId)
    if (from === undefined) return methodError('fromAccountNotFound')
    if (blobIds.length > context.limits.maxObjectsInSet) throw new MethodFailure('requestTooLarge')
    const copied: [string, string][] = []
    const notCopied: [string, JsonObject][] = []
    for (const blobId of new Set(blobIds)) {
      const made = await copyOne(blobId, from, context)
      if (typeof made === 'string') copied.push([blobId, made])
      else notCopied.push([blobId, setErrorJson(made)])
    }
    return answer({
      fromAccountId,
      accountId,
      copied: copied.length === 0 ? null : Object.fromEntries(copied),
      notCopied: notCopied.length === 0 ? null : Object.fromEntries(notCopied),
    })
  },
}

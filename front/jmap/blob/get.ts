/**
 * `Blob/get` (RFC 9404 section 4.2): bytes of blobs, or a range of each, as text or base64, and digests of that range. What one call
 * gives together is limited; a client asks for ranges, or downloads.
 */
import { utf8Text } from '@bulkhead/base/bytes.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import { getArguments } from '@bulkhead/wire/jmap/get.ts'
import type { JsonObject, JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { orNull, unsignedInt } from '@bulkhead/wire/jmap/readers.ts'
import { answer, type Method, type MethodContext } from '../method.ts'
import type { BlobService } from './blob-service.ts'
import { digestNames, newDigest } from './digests.ts'
import { maxSizeBlobSet } from './limits.ts'
import { blobRange, eachChunk } from './ranges.ts'

/** Bytes read for one call's digests and sizes, where the data itself is not asked for. */
const readBytesMax = 512 * 1024 * 1024

const dataProperties = ['data', 'data:asText', 'data:asBase64'] as const
const digestProperties = digestNames.map((name) => `digest:${name}`)
const properties = ['id', ...dataProperties, ...digestProperties, 'size', 'isEncodingProblem', 'isTruncated']

const dataOf = (bytes: Buffer, wanted: ReadonlySet<string>): JsonObject => {
  const asksText = wanted.has('data') || wanted.has('data:asText')
  const text = asksText ? utf8Text(bytes) : undefined
  const asText = asksText && (text !== undefined || wanted.has('data:asText')) ? { 'data:asText': text ?? null } : {}
  const asBase64 = wanted.has('data:asBase64') || (wanted.has('data') && text === undefined) ? { 'data:asBase64': bytes.toString('base64') } : {}
  return { ...asText, ...asBase64, isEncodingProblem: asksText && text === undefined }
}

interface Asked {
  readonly wanted: ReadonlySet<string>
  readonly offset: number
  readonly length: number | null
}

const digestsOf = (bytes: Buffer, wanted: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(
    digestNames.flatMap((name): [string, JsonValue][] =>
      wanted.has(`digest:${name}`) ? [[`digest:${name}`, newDigest(name).update(bytes).digest('base64')]] : []),
  )

/** Octets of the whole blob. */
const sizeOf = async (blobs: BlobService, account: MailAccount, id: string): Promise<number | undefined> => {
  {
    await using blob = await blobs.open(account, id)
    if (blob === undefined) return undefined
    if (blob.sizeBytes !== null) return blob.sizeBytes
  }
  let sizeBytes = 0
  await eachChunk(blobs, account, id, (chunk) => {
    sizeBytes += chunk.length
  })
  return sizeBytes
}

/** One object and how many bytes were read for it; undefined where there is no such blob. */
const found = async (id: string, { wanted, offset, length }: Asked, bytesMax: number, { services, account }: MethodContext) => {
  const size = await sizeOf(services.blobs, account, id)
  if (size === undefined) return undefined
  const needsBytes = [...dataProperties, ...digestProperties].some((name) => wanted.has(name))
  const isTruncated = length !== null && offset + length > size
  const facts = { id, size, ...(isTruncated || offset > size ? { isTruncated: true } : {}) }
  if (!needsBytes) return { object: facts, bytes: 0 }
  const range = await blobRange(services.blobs, account, id, { offset, length, bytesMax })
  if (range === 'notFound') return undefined
  if (range === 'tooLarge') throw new MethodFailure('requestTooLarge', 'ask for a range, or download')
  const hasData = dataProperties.some((name) => wanted.has(name))
  return {
    object: { ...facts, ...(hasData ? dataOf(range.bytes, wanted) : {}), ...digestsOf(range.bytes, wanted) },
    bytes: range.bytes.length,
  }
}

/** Properties asked for, with what says how they came out. */
const shown = (object: JsonObject, wanted: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(
    Object.entries(object).filter(([name, value]) => {
      if (name === 'isEncodingProblem') return value === true
      return name !== 'size' || wanted.has('size')
    }),
  )

export const blobGet: Method = {
  name: 'Blob/get',
  capability: capabilities.blob,
  async run(args, context) {
    const { accountId, ids, properties: names, more } = getArguments(
      args,
      context.limits,
      { properties, defaults: ['data', 'size'] },
      { offset: orNull(unsignedInt), length: orNull(unsignedInt) },
    )
    if (ids === null) throw new MethodFailure('invalidArguments', 'ids: an array is wanted')
    const wanted = new Set(names)
    const asked: Asked = { wanted, offset: more.offset ?? 0, length: more.length }
    const list: JsonObject[] = []
    const notFound: string[] = []
    let bytesLeft = dataProperties.some((name) => wanted.has(name)) ? maxSizeBlobSet(context.limits) : readBytesMax
    for (const id of ids) {
      const one = await found(id, asked, bytesLeft, context)
      bytesLeft -= one?.bytes ?? 0
      if (one === undefined) notFound.push(id)
      else list.push(shown(one.object, wanted))
    }
    return answer({ accountId, list, notFound })
  },
}

/**
 * `Blob/upload` (RFC 9404 section 4.1): a blob out of text, base64 and ranges of other blobs, in the order given. One may name another of
 * the same call, if that stands before it.
 */
import { fromBase64, utf8 } from '@bulkhead/base/bytes.ts'
import { mediaType } from '@bulkhead/wire/http/media-type.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties, MethodFailure, setError, setErrorJson, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { id, listOf, mapOf, object, orNull, readArguments, readProperties, text, unsignedInt, idOrCreation, type Read } from '@bulkhead/wire/jmap/readers.ts'
import { resolvedId } from '@bulkhead/wire/jmap/set.ts'
import { answer, type Method, type MethodContext } from '../method.ts'
import { maxSizeBlobSet } from './limits.ts'
import { blobRange } from './ranges.ts'
import { uploadError } from './refused.ts'

export const maxDataSources = 64

const source = {
  'data:asText': orNull(text(Number.POSITIVE_INFINITY)),
  'data:asBase64': orNull(text(Number.POSITIVE_INFINITY)),
  blobId: orNull(idOrCreation),
  offset: orNull(unsignedInt),
  length: orNull(unsignedInt),
}
const upload = { data: listOf(object, Number.POSITIVE_INFINITY), type: orNull(text(255)) }

const bytesOf = async (given: Read<typeof source>, sizeMax: number, { account, services, createdIds }: MethodContext): Promise<Buffer | SetError> => {
  const { blobId, offset, length, 'data:asText': asText, 'data:asBase64': asBase64 } = given
  const named = [blobId, asText, asBase64].filter((one) => one !== null)
  if (named.length !== 1) return invalidProperties(['data'], 'one of data:asText, data:asBase64 and blobId is wanted')
  if (blobId === null && (offset !== null || length !== null)) return invalidProperties(['data'], 'offset and length are of a blobId')
  if (asText !== null) return asText.isWellFormed() ? utf8(asText) : invalidProperties(['data'], 'data:asText is not text')
  if (asBase64 !== null) return fromBase64(asBase64, sizeMax) ?? invalidProperties(['data'], 'data:asBase64 is not base64, or too large')
  const resolved = resolvedId(blobId ?? '', createdIds)
  const range = resolved === undefined ? 'notFound' : await blobRange(services.blobs, account, resolved, { offset: offset ?? 0, length, bytesMax: sizeMax })
  if (range === 'notFound') return { ...setError('blobNotFound'), extra: { notFound: [blobId] } }
  if (range === 'tooLarge') return setError('tooLarge')
  return range.short ? invalidProperties(['data'], 'the range is not within the blob') : range.bytes
}

const assembled = async (sources: readonly JsonObject[], sizeMax: number, context: MethodContext): Promise<Buffer | SetError> => {
  const pieces: Buffer[] = []
  let left = sizeMax
  for (const one of sources) {
    const read = readProperties(one, source)
    if (read.is === 'bad') return invalidProperties(['data'], read.description)
    const bytes = await bytesOf(read.value, left, context)
    if (!Buffer.isBuffer(bytes)) return bytes
    left -= bytes.length
    if (left < 0) return setError('tooLarge')
    pieces.push(bytes)
  }
  return Buffer.concat(pieces)
}

const create = async (given: JsonObject, context: MethodContext): Promise<JsonObject | SetError> => {
  const read = readProperties(given, upload)
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  const { data, type } = read.value
  const media = type === null ? undefined : mediaType(type)
  if (type !== null && media === undefined) return invalidProperties(['type'], 'a media type is wanted')
  if (data.length > maxDataSources) return setError('tooLarge', `at most ${maxDataSources} sources`)
  const sizeMax = maxSizeBlobSet(context.limits)
  const bytes = await assembled(data, sizeMax, context)
  if (!Buffer.isBuffer(bytes)) return bytes
  const writer = await context.services.blobs.create(context.account, media?.essence ?? 'application/octet-stream', Math.max(1, bytes.length))
  if ('is' in writer) return uploadError(writer)
  try {
    await writer.write(bytes)
    return { id: await writer.keep(), type: media?.essence ?? null, size: bytes.length }
  } finally {
    await writer.discard()
  }
}

const isSetError = (made: JsonObject | SetError): made is SetError => !('id' in made)

export const blobUpload: Method = {
  name: 'Blob/upload',
  capability: capabilities.blob,
  async run(args, context) {
    const { create: wanted, accountId } = readArguments(args, { accountId: id, create: mapOf(object, Number.POSITIVE_INFINITY) })
    if (wanted.size > context.limits.maxObjectsInSet) throw new MethodFailure('requestTooLarge')
    const created: [string, JsonObject][] = []
    const notCreated: [string, JsonObject][] = []
    for (const [creation, given] of wanted) {
      const made = await create(given, context)
      if (isSetError(made)) notCreated.push([creation, setErrorJson(made)])
      else {
        created.push([creation, made])
        context.createdIds.set(creation, String(made['id']))
      }
    }
    return answer({
      accountId,
      created: created.length === 0 ? null : Object.fromEntries(created),
      notCreated: notCreated.length === 0 ? null : Object.fromEntries(notCreated),
    })
  },
}

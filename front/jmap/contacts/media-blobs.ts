/**
 * Pictures of a card that are named by a blob (RFC 9610 section 3, `blobId`): uploads go after a day, so a card keeps the bytes, as a `data:`
 * URI. Who gave a blob is told the URI that it became.
 */
import { invalidProperties, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { isJsonObject, propertyOf, type JsonObject, type JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { resolvedId, type SetArguments } from '@bulkhead/wire/jmap/set.ts'
import type { MethodContext } from '../method.ts'

/** As a `data:` URI it has to fit a card (`wire/jmap/contacts/card.ts`). */
export const pictureBytesMax = 147_000
/** Blobs of one request. */
const blobsMax = 50

type Read<T extends JsonValue> = { readonly is: 'read'; readonly value: T } | { readonly is: 'refused'; readonly error: SetError }

const refused = (error: SetError): { readonly is: 'refused'; readonly error: SetError } => ({ is: 'refused', error })

const isMediaPath = (path: string): boolean => /^media\/[^/]+$/.test(path)

/** Reads what cards, or patches of them, name; counts the blobs of a request. */
const pictureReader = ({ services: { blobs }, account, createdIds }: MethodContext) => {
  let count = 0

  const entry = async (given: JsonValue): Promise<Read<JsonValue>> => {
    const named = isJsonObject(given) ? propertyOf(given, 'blobId') : undefined
    if (!isJsonObject(given) || named === undefined) return { is: 'read', value: given }
    if (typeof named !== 'string' || Object.hasOwn(given, 'uri')) return refused(invalidProperties(['media'], 'media: either uri or blobId'))
    count += 1
    if (count > blobsMax) return refused(setError('overQuota', `at most ${blobsMax} blobs at once`))
    const id = resolvedId(named, createdIds) ?? ''
    await using blob = await blobs.open(account, id)
    const bytes = blob === undefined ? 'notFound' : await blobs.read(account, id, pictureBytesMax)
    if (bytes === 'notFound') return refused({ ...setError('blobNotFound'), extra: { notFound: [named] } })
    if (bytes === 'tooLarge') return refused(setError('tooLarge', `a picture has at most ${pictureBytesMax} bytes`))
    const { blobId: _, ...rest } = given
    const said = propertyOf(given, 'mediaType')
    const mediaType = typeof said === 'string' ? said : (blob?.type ?? 'application/octet-stream')
    return { is: 'read', value: { ...rest, mediaType, uri: `data:${mediaType};base64,${bytes.toString('base64')}` } }
  }

  const media = async (given: JsonValue): Promise<Read<JsonValue>> => {
    if (!isJsonObject(given)) return { is: 'read', value: given }
    const entries: [string, JsonValue][] = []
    for (const [key, one] of Object.entries(given)) {
      const found = await entry(one)
      if (found.is === 'refused') return found
      entries.push([key, found.value])
    }
    return { is: 'read', value: Object.fromEntries(entries) }
  }

  return async (given: JsonObject): Promise<Read<JsonObject>> => {
    const card: [string, JsonValue][] = []
    for (const [path, value] of Object.entries(given)) {
      const found: Read<JsonValue> = path === 'media' ? await media(value) : isMediaPath(path) ? await entry(value) : { is: 'read', value }
      if (found.is === 'refused') return found
      card.push([path, found.value])
    }
    return { is: 'read', value: Object.fromEntries(card) }
  }
}

export interface WithPictures {
  readonly asked: SetArguments
  /** By what the client calls them: cards that a blob could not be had for. */
  readonly notCreated: ReadonlyMap<string, SetError>
  readonly notUpdated: ReadonlyMap<string, SetError>
  /** Creations and ids whose `media` is not what the client sent. */
  readonly changed: ReadonlySet<string>
}

export const withPictures = async (asked: SetArguments, context: MethodContext): Promise<WithPictures> => {
  const read = pictureReader(context)
  const changed = new Set<string>()
  const readAll = async (given: ReadonlyMap<string, JsonObject>) => {
    const [cards, errors] = [new Map<string, JsonObject>(), new Map<string, SetError>()]
    for (const [name, wanted] of given) {
      const found = await read(wanted)
      if (found.is === 'refused') errors.set(name, found.error)
      else cards.set(name, found.value)
      if (found.is === 'read' && JSON.stringify(found.value) !== JSON.stringify(wanted)) changed.add(name)
    }
    return { cards, errors }
  }
  const [create, update] = [await readAll(asked.create), await readAll(asked.update)]
  return { asked: { ...asked, create: create.cards, update: update.cards }, notCreated: create.errors, notUpdated: update.errors, changed }
}

import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { setErrorJson, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { resolvedId, setArguments } from '@bulkhead/wire/jmap/set.ts'
import type { Method, MethodAnswer, MethodContext } from '../method.ts'
import { jsonOf, setObjects } from '../objects/object-types.ts'
import { booksOf, defaultBookOf } from './address-books.ts'
import { cardType } from './cards.ts'
import { withPictures, type WithPictures } from './media-blobs.ts'

type IdOf = (name: string) => string | undefined

/** `media` as it is kept, for whoever gave a blob. */
const withMedia = (told: JsonValue | undefined, { changed }: WithPictures, { account }: MethodContext, idOf: IdOf): JsonValue => {
  if (!isJsonObject(told)) return told ?? null
  const cards = account.state().own.objects('contact')
  return Object.fromEntries(Object.entries(told).map(([name, one]) => {
    const stored = changed.has(name) ? cards.get(idOf(name) ?? '') : undefined
    return [name, stored === undefined ? one : { ...(isJsonObject(one) ? one : {}), media: jsonOf(stored)['media'] ?? null }]
  }))
}

const withErrors = (told: JsonValue | undefined, errors: ReadonlyMap<string, SetError>): JsonValue => {
  if (errors.size === 0) return told ?? null
  const more = Object.fromEntries([...errors].map(([name, error]) => [name, setErrorJson(error)]))
  return { ...(isJsonObject(told) ? told : {}), ...more }
}

/** `ContactCard/set` (RFC 9610 section 3.5). */
export const contactCardSet: Method = {
  name: 'ContactCard/set',
  capability: capabilities.contacts,
  async run(args, context): Promise<MethodAnswer> {
    const pictures = await withPictures(setArguments(args, context.limits), context)
    const state = context.account.state().own
    const books = booksOf(state)
    const set = await setObjects(cardType({ clock: context.clock, book: defaultBookOf(state), isBook: (id) => books.has(id) }), pictures.asked, context)
    if (set.is === 'error') return set
    const { created, updated, notCreated, notUpdated } = set.args
    const told: JsonObject = {
      ...set.args,
      created: withMedia(created, pictures, context, (name) => context.createdIds.get(name)),
      updated: withMedia(updated, pictures, context, (name) => resolvedId(name, context.createdIds)),
      notCreated: withErrors(notCreated, pictures.notCreated), notUpdated: withErrors(notUpdated, pictures.notUpdated),
    }
    return { ...set, args: told }
  },
}

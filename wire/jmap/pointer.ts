/** JSON Pointer (RFC 6901), and with `*` for every item of an array as result references have it (RFC 8620 section 3.7). */
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'

/** Levels a pointer may have. */
const tokensMax = 64
/** Values a pointer with `*` may give. */
export const pointedMax = 100_000

/** Undefined where it is no pointer: it has to be empty or begin with `/`, and `~` stands before 0 or 1. */
export const pointerTokens = (pointer: string): readonly string[] | undefined => {
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined
  const tokens = pointer.slice(1).split('/', tokensMax + 1)
  if (tokens.length > tokensMax) return undefined
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const indexPattern = /^(?:0|[1-9]\d{0,9})$/

const itemOf = (items: readonly JsonValue[], token: string): JsonValue | undefined => (indexPattern.test(token) ? items[Number(token)] : undefined)

/** What it points to, or undefined. An array that `*` gives for an item of an array is flattened, once. */
export const pointed = (value: JsonValue, tokens: readonly string[]): JsonValue | undefined => {
  let left = pointedMax
  const at = (here: JsonValue, depth: number): JsonValue | undefined => {
    const token = tokens[depth]
    if (token === undefined) return here
    if (Array.isArray(here)) {
      const items: readonly JsonValue[] = here
      if (token !== '*') {
        const item = itemOf(items, token)
        return item === undefined ? undefined : at(item, depth + 1)
      }
      const all: JsonValue[] = []
      for (const item of items) {
        const found = at(item, depth + 1)
        if (found === undefined) return undefined
        const given: readonly JsonValue[] = Array.isArray(found) ? found : [found]
        left -= given.length
        if (left < 0) return undefined
        for (const one of given) all.push(one)
      }
      return all
    }
    if (!isJsonObject(here) || !Object.hasOwn(here, token)) return undefined
    const next = here[token]
    return next === undefined ? undefined : at(next, depth + 1)
  }
  return at(value, 0)
}

export type Patched =
  | { readonly is: 'patched'; readonly value: JsonObject; readonly touched: readonly string[] }
  | { readonly is: 'bad'; readonly path: string }

const replacedAt = (object: JsonObject, tokens: readonly string[], value: JsonValue, depth: number): JsonObject | undefined => {
  const token = tokens[depth] ?? ''
  if (depth === tokens.length - 1) return { ...object, [token]: value }
  const inner = Object.hasOwn(object, token) ? object[token] : undefined
  if (!isJsonObject(inner)) return undefined
  const replaced = replacedAt(inner, tokens, value, depth + 1)
  return replaced === undefined ? undefined : { ...object, [token]: replaced }
}

const without = (object: JsonObject, tokens: readonly string[], depth: number): JsonObject | undefined => {
  const token = tokens[depth] ?? ''
  if (depth === tokens.length - 1) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== token))
  const inner = Object.hasOwn(object, token) ? object[token] : undefined
  if (!isJsonObject(inner)) return undefined
  const rest = without(inner, tokens, depth + 1)
  return rest === undefined ? undefined : { ...object, [token]: rest }
}

/**
 * A PatchObject (RFC 8620 section 5.3): pointers without the leading slash. Null removes at a level below the first; at the first it stays
 * null, for the type's own reader to take as its default. No pointer may lie inside an array or be the beginning of another.
 * `touched`: the first-level properties named.
 */
export const patched = (object: JsonObject, patch: JsonObject): Patched => {
  const paths = Object.keys(patch)
  const all = new Set(paths)
  let value = object
  for (const path of paths) {
    const tokens = pointerTokens(`/${path}`)
    const beginnings = (tokens ?? []).slice(1).map((_, at) => path.split('/').slice(0, at + 1).join('/'))
    if (tokens === undefined || beginnings.some((beginning) => all.has(beginning))) return { is: 'bad', path }
    const given = patch[path] ?? null
    const next = given === null && tokens.length > 1 ? without(value, tokens, 0) : replacedAt(value, tokens, given, 0)
    if (next === undefined) return { is: 'bad', path }
    value = next
  }
  return { is: 'patched', value, touched: [...new Set(paths.map((path) => pointerTokens(`/${path.split('/')[0] ?? ''}`)?.[0] ?? ''))] }
}

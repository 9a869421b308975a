/** Result references (RFC 8620 section 3.7): arguments that begin with `#` take their value from an earlier response. */
import { isJsonObject, propertyOf, type JsonObject, type JsonValue } from './json.ts'
import { pointed, pointerTokens } from './pointer.ts'
import type { Invocation } from './request.ts'
import { weightOf } from './strict-json.ts'

export type Resolved =
  | { readonly is: 'resolved'; readonly args: JsonObject; /** Weight of what was put in. */ readonly weight: number }
  | { readonly is: 'bad'; readonly type: 'invalidArguments' | 'invalidResultReference' | 'requestTooLarge'; readonly description: string }

const bad = (type: Extract<Resolved, { is: 'bad' }>['type'], description: string): Resolved => ({ is: 'bad', type, description })

const referred = (reference: JsonObject, responses: readonly Invocation[]): JsonValue | undefined => {
  const [resultOf, name, path] = ['resultOf', 'name', 'path'].map((key) => propertyOf(reference, key))
  if (typeof path !== 'string') return undefined
  const tokens = pointerTokens(path)
  const response = responses.find(({ callId }) => callId === resultOf)
  if (tokens === undefined || response === undefined || response.name !== name) return undefined
  return pointed(response.args, tokens)
}

/** `weightMax`: what the references of one request may still put in. */
export const withReferences = (args: JsonObject, responses: readonly Invocation[], weightMax: number): Resolved => {
  const names = Object.keys(args)
  if (!names.some((name) => name.startsWith('#'))) return { is: 'resolved', args, weight: 0 }
  const resolved: [string, JsonValue][] = []
  let weight = 0
  for (const name of names) {
    const value = args[name] ?? null
    if (!name.startsWith('#')) {
      resolved.push([name, value])
      continue
    }
    const plain = name.slice(1)
    if (Object.hasOwn(args, plain)) return bad('invalidArguments', `${plain} is given twice`)
    if (!isJsonObject(value)) return bad('invalidArguments', `${name}: a result reference is wanted`)
    const found = referred(value, responses)
    if (found === undefined) return bad('invalidResultReference', `${name} leads nowhere`)
    weight += weightOf(found, weightMax)
    if (weight > weightMax) return bad('requestTooLarge', 'result references of the request give too much')
    resolved.push([plain, found])
  }
  return { is: 'resolved', args: Object.fromEntries(resolved), weight }
}

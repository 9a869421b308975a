/** The Request object (RFC 8620 section 3.3), the Response object (3.4), and errors of a whole request (3.6.1). */
import type { RequestError } from './errors.ts'
import { isJsonObject, propertyOf, type JsonObject, type JsonValue } from './json.ts'
import { isId } from './readers.ts'
import type { JmapLimits } from './limits.ts'

export interface Invocation {
  readonly name: string
  readonly args: JsonObject
  readonly callId: string
}

export interface JmapRequest {
  readonly using: ReadonlySet<string>
  readonly calls: readonly Invocation[]
  /** Null where the client gave none: then the response has none. */
  readonly createdIds: ReadonlyMap<string, string> | null
}

/** A problem (RFC 7807) that refuses a request. `limit` names the one that was passed. */
export interface RequestProblem {
  readonly is: 'problem'
  readonly type: RequestError
  readonly status: number
  readonly detail: string
  readonly limit?: keyof JmapLimits
}

export const problem = (type: RequestError, detail: string, limit?: keyof JmapLimits): RequestProblem => ({
  is: 'problem',
  type,
  status: 400,
  detail,
  ...(limit === undefined ? {} : { limit }),
})

export const problemJson = ({ type, status, detail, limit }: RequestProblem): JsonObject => ({
  type: `urn:ietf:params:jmap:error:${type}`,
  status,
  detail,
  ...(limit === undefined ? {} : { limit }),
})

const nameLengthMax = 255
const callIdLengthMax = 255
const usingMax = 100
const createdIdsMax = 10_000

const invocationOf = (value: JsonValue): Invocation | undefined => {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [name, args, callId]: readonly (JsonValue | undefined)[] = value
  if (typeof name !== 'string' || name.length > nameLengthMax) return undefined
  if (typeof callId !== 'string' || callId.length > callIdLengthMax || !isJsonObject(args)) return undefined
  return { name, args, callId }
}

const createdIdsOf = (value: JsonValue | undefined): ReadonlyMap<string, string> | null | 'bad' => {
  if (value === undefined) return null
  if (!isJsonObject(value)) return 'bad'
  const entries = Object.entries(value)
  if (entries.length > createdIdsMax) return 'bad'
  const ids = new Map<string, string>()
  for (const [creation, id] of entries) {
    if (!isId(creation) || typeof id !== 'string' || !isId(id)) return 'bad'
    ids.set(creation, id)
  }
  return ids
}

const isTextList = (value: JsonValue | undefined): value is readonly string[] => Array.isArray(value) && value.every((one) => typeof one === 'string')

export const jmapRequest = (value: JsonValue, known: ReadonlySet<string>, { maxCallsInRequest }: JmapLimits): JmapRequest | RequestProblem => {
  if (!isJsonObject(value)) return problem('notRequest', 'an object is wanted')
  const using = propertyOf(value, 'using')
  if (!isTextList(using) || using.length > usingMax) return problem('notRequest', 'using: a list of capabilities is wanted')
  const methodCalls = propertyOf(value, 'methodCalls')
  if (!Array.isArray(methodCalls)) return problem('notRequest', 'methodCalls: an array is wanted')
  const createdIds = createdIdsOf(propertyOf(value, 'createdIds'))
  if (createdIds === 'bad') return problem('notRequest', 'createdIds: ids by creation id are wanted')
  const unknown = using.find((capability) => !known.has(capability))
  if (unknown !== undefined) return problem('unknownCapability', `not known: ${unknown.slice(0, 200)}`)
  const given: readonly JsonValue[] = methodCalls
  if (given.length > maxCallsInRequest) return problem('limit', `at most ${maxCallsInRequest} calls are taken`, 'maxCallsInRequest')
  const calls = given.map(invocationOf)
  const all = calls.filter((call) => call !== undefined)
  if (all.length < calls.length) return problem('notRequest', 'methodCalls: a call is a name, arguments and an id')
  return { using: new Set(using), calls: all, createdIds }
}

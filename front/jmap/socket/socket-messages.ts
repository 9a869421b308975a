/** Messages of JMAP over WebSocket (RFC 8887 section 4), as values. */
import { isJsonObject, propertyOf, type JsonObject, type JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { problem, problemJson, type RequestProblem } from '@bulkhead/wire/jmap/request.ts'

const requestIdLengthMax = 255
const dataTypesMax = 64

export type SocketMessage =
  | { readonly is: 'request'; readonly id: string | null; readonly json: JsonObject }
  /** `types`: null is all. `pushState`: the last the client knows; null: it knows none. */
  | { readonly is: 'pushEnable'; readonly types: ReadonlySet<string> | null; readonly pushState: string | null }
  | { readonly is: 'pushDisable' }
  | { readonly is: 'bad'; readonly id: string | null; readonly problem: RequestProblem }

const isTexts = (value: JsonValue): value is readonly string[] => Array.isArray(value) && value.every((one) => typeof one === 'string')

const pushEnable = (message: JsonObject): SocketMessage => {
  const [types, pushState] = [propertyOf(message, 'dataTypes') ?? null, propertyOf(message, 'pushState') ?? null]
  const isFine = (types === null || (isTexts(types) && types.length <= dataTypesMax)) && (pushState === null || typeof pushState === 'string')
  if (!isFine) return { is: 'bad', id: null, problem: problem('notRequest', 'WebSocketPushEnable: dataTypes and pushState are wanted') }
  return { is: 'pushEnable', types: types === null ? null : new Set(types), pushState }
}

export const socketMessage = (value: JsonValue): SocketMessage => {
  if (!isJsonObject(value)) return { is: 'bad', id: null, problem: problem('notRequest', 'an object is wanted') }
  const type = propertyOf(value, '@type')
  const given = propertyOf(value, 'id')
  const id = typeof given === 'string' && given.length <= requestIdLengthMax ? given : null
  if (type === 'WebSocketPushEnable') return pushEnable(value)
  if (type === 'WebSocketPushDisable') return { is: 'pushDisable' }
  if (type === 'Request' && (given === undefined || id !== null)) return { is: 'request', id, json: value }
  return { is: 'bad', id, problem: problem('notRequest', '@type: Request, WebSocketPushEnable or WebSocketPushDisable is wanted') }
}

export const requestErrorJson = (id: string | null, refused: RequestProblem): string =>
  JSON.stringify({ '@type': 'RequestError', requestId: id, ...problemJson(refused) })

/** The Response object's pieces with what RFC 8887 adds in front. */
export function* socketResponse(id: string | null, pieces: Iterable<string>): Generator<string> {
  let isFirst = true
  for (const piece of pieces) {
    yield isFirst ? `{"@type":"Response",${id === null ? '' : `"requestId":${JSON.stringify(id)},`}${piece.slice(1)}` : piece
    isFirst = false
  }
}

/**
 * Calls of JMAP methods. Those made in the same turn of the page go out as one request; a `batch` stays together and may
 * refer to its own results (RFC 8620 section 3.7). What can be repeated without harm is repeated until the network is back.
 */
import { signedFetch } from '../../session/session.ts'
import { accountId, coreLimit, noteSessionState, resource } from './account.ts'
import { connection, pauseAfter } from './connection.ts'
import { JmapError, Unreachable } from './errors.ts'
import type { Args, Invocation } from './types.ts'

export interface CallOptions {
  readonly signal?: AbortSignal
  /** What must not happen twice (sending, creating) is not repeated by itself after a broken connection. */
  readonly repeat?: boolean
  /** What implicitly follows the response of the one call (RFC 8620 section 5.4) is answered behind it. */
  readonly implicit?: boolean
}

interface Waiting {
  readonly calls: readonly (readonly [name: string, args: Args])[]
  readonly options: CallOptions
  readonly resolve: (answers: readonly unknown[]) => void
  readonly reject: (error: unknown) => void
}

/** More than these wait for no network: the next is refused. */
const waitingMax = 200
/** Tries of what can be repeated; with the pauses between about ten minutes. */
const triesMax = 24

let waiting: Waiting[] = []
let inFlight = 0

const creates = (args: Args): boolean => args['create'] !== undefined && args['create'] !== null

const mayRepeat = ({ calls, options }: Waiting): boolean =>
  options.repeat ?? calls.every(([name, args]) => !creates(args) && !/\/(?:import|copy|send)$/.test(name))

const post = async (invocations: readonly Invocation[], signal: AbortSignal | undefined): Promise<Response> => {
  const body = JSON.stringify({ using: Object.keys(resource.value?.capabilities ?? {}), methodCalls: invocations })
  const url = resource.value?.apiUrl ?? '/jmap/api'
  return signedFetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body, signal: signal ?? null })
}

const isTransient = (status: number): boolean => status === 429 || status === 502 || status === 503 || status === 504

const problemOf = async (response: Response): Promise<JmapError> => {
  const problem: unknown = await response.json().catch(() => undefined)
  const type = typeof problem === 'object' && problem !== null && 'type' in problem ? String(problem.type) : `http${response.status}`
  return new JmapError(type.replace('urn:ietf:params:jmap:error:', ''))
}

const exchange = async (invocations: readonly Invocation[], repeat: boolean, signal: AbortSignal | undefined): Promise<readonly Invocation[]> => {
  for (let tries = 1; ; tries += 1) {
    let cause: unknown
    try {
      const response = await post(invocations, signal)
      if (response.ok) {
        const { methodResponses, sessionState }: { methodResponses: readonly Invocation[]; sessionState?: string } = await response.json()
        connection.value = 'good'
        noteSessionState(sessionState)
        return methodResponses
      }
      if (!isTransient(response.status)) throw await problemOf(response)
    } catch (error) {
      if (error instanceof JmapError || signal?.aborted === true) throw error
      cause = error
    }
    connection.value = 'broken'
    if (!repeat || tries >= triesMax) throw new Unreachable(cause)
    await pauseAfter(tries, signal)
  }
}

/** The answers of one of those who waited: the first response with each call's id, and what implicitly follows it where that is asked for. */
const settle = (one: Waiting, ids: readonly string[], responses: readonly Invocation[]): void => {
  const answers: unknown[] = []
  for (const id of ids) {
    const found = responses.find(([, , callId]) => callId === id)
    if (found === undefined) return one.reject(new JmapError('serverFail', 'an answer is missing'))
    const [name, args] = found
    if (name === 'error') return one.reject(new JmapError(String(args['type']), typeof args['description'] === 'string' ? args['description'] : undefined))
    answers.push(args)
    if (one.options.implicit === true) answers.push(...responses.filter((other) => other !== found && other[2] === id).map(([, more]) => more))
  }
  return one.resolve(answers)
}

/** RFC 8620 section 7.2: of the person, not of an account. */
const isAccountless = (name: string): boolean => name.startsWith('PushSubscription/')

const sendTogether = async (group: readonly Waiting[]): Promise<void> => {
  const invocations: Invocation[] = []
  const idsOf = group.map((one, at) =>
    one.calls.map(([name, args], number) => {
      const id = `${at}.${number}`
      invocations.push([name, isAccountless(name) ? args : { accountId: accountId(), ...withIds(args, at) }, id])
      return id
    }),
  )
  inFlight += 1
  try {
    const responses = await exchange(invocations, group.every(mayRepeat), group.length === 1 ? group[0]?.options.signal : undefined)
    group.forEach((one, at) => settle(one, idsOf[at] ?? [], responses))
  } catch (error) {
    for (const one of group) one.reject(error)
  } finally {
    inFlight -= 1
  }
}

/** References within a batch name its calls by number; the request's ids have the batch's own number before. */
const withIds = (args: Args, batch: number): Args =>
  Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      if (!key.startsWith('#') || typeof value !== 'object' || value === null || !('resultOf' in value)) return [key, value]
      return [key, { ...value, resultOf: `${batch}.${String(value.resultOf)}` }]
    }),
  )

const flush = (): void => {
  const ready = waiting
  waiting = []
  const max = Math.max(1, coreLimit('maxCallsInRequest'))
  let group: Waiting[] = []
  let size = 0
  const sendGroup = (): void => {
    if (group.length > 0) void sendTogether(group)
    group = []
    size = 0
  }
  for (const one of ready) {
    // What can be called off, or must not be repeated, goes alone: it would take others with it.
    const alone = one.options.signal !== undefined || !mayRepeat(one)
    if (alone || size + one.calls.length > max) sendGroup()
    group.push(one)
    size += one.calls.length
    if (alone) sendGroup()
  }
  sendGroup()
}

/** A result of an earlier call of the same batch. */
export const resultOf = (call: number, name: string, path: string): Args => ({ resultOf: String(call), name, path })

/**
 * Several calls in one request, answered in order; one that fails fails all, though the others may have been carried out. Rejects with `JmapError`,
 * `Unreachable`, or the reason of `options.signal`.
 */
export const batch = <const Answers extends readonly unknown[]>(
  calls: readonly (readonly [name: string, args: Args])[],
  options: CallOptions = {},
): Promise<Answers> =>
  new Promise((resolve, reject) => {
    if (waiting.length + inFlight >= waitingMax) return reject(new Unreachable())
    if (waiting.length === 0) queueMicrotask(flush)
    waiting.push({ calls, options, resolve: (answers) => resolve(answers as unknown as Answers), reject })
  })

/** One call; the own `accountId` is added where the method takes one and none is given. Rejects as `batch`. */
export const call = async <Answer>(name: string, args: Args, options: CallOptions = {}): Promise<Answer> => {
  const [answer] = await batch<readonly [Answer]>([[name, args]], options)
  return answer
}

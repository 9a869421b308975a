/**
 * One JMAP request: its calls in order, each with its references resolved, its answers written out at once. A call that fails, however,
 * ends nothing but itself (RFC 8620 section 3.6.2).
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { MethodFailure, type MethodError } from '@bulkhead/wire/jmap/errors.ts'
import { propertyOf, type JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { BadValue } from '@bulkhead/wire/jmap/readers.ts'
import { withReferences } from '@bulkhead/wire/jmap/references.ts'
import type { Invocation, JmapRequest } from '@bulkhead/wire/jmap/request.ts'
import type { HttpSession } from '../http/session.ts'
import { accountsOf, accountWithId, isChanging, isOfShared, type JmapAccount } from './accounts.ts'
import type { Method, MethodAnswer, MethodContext } from './method.ts'

/** Written responses of one request together. What comes after it is refused call by call. */
export const responseBytesMax = 64 * 1024 * 1024

export interface JmapResponse {
  /** Each invocation as JSON. */
  readonly methodResponses: readonly string[]
  readonly createdIds: ReadonlyMap<string, string> | null
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const errorArgs = (type: MethodError, description?: string, extra?: JsonObject): JsonObject =>
  description === undefined || description === '' ? { type, ...extra } : { type, description, ...extra }

const errorInvocation = (callId: string, type: MethodError, description?: string, extra?: JsonObject): Invocation => ({
  name: 'error',
  args: errorArgs(type, description, extra),
  callId,
})

/** The account that a call is for, or why there is none: looked at before the method looks at anything. */
const accountFor = (method: Method, args: JsonObject, { session, account }: Pick<MethodContext, 'session' | 'account'>): JmapAccount | MethodError => {
  const [own, ...shared] = accountsOf(account, session.who.login)
  const given = propertyOf(args, 'accountId')
  if (own === undefined) return 'serverFail'
  if (method.accountless === true || given === own.id) return own
  if (typeof given !== 'string') return 'invalidArguments'
  const found = shared.find(({ id }) => id === given)
  if (found === undefined) return 'accountNotFound'
  if (!isOfShared(method.name)) return 'accountNotSupportedByMethod'
  return found.isReadOnly && isChanging(method.name) ? 'accountReadOnly' : found
}

/** What is read in a shared account is read by its session: tokens for content name the account they are for. */
const sessionOf = (session: HttpSession, { isPersonal, mail }: JmapAccount): HttpSession => (isPersonal ? session : { ...session, account: mail })

const failed = (error: unknown, method: Method, { log }: MethodContext): MethodAnswer => {
  if (error instanceof MethodFailure) return { is: 'error', type: error.type, description: error.description }
  if (error instanceof BadValue) return { is: 'error', type: 'invalidArguments', description: error.message }
  log.error('jmapMethodFailed', error, { method: method.name })
  return { is: 'error', type: error instanceof Fault ? 'serverUnavailable' : 'serverFail' }
}

const answered = async (method: Method, args: JsonObject, context: MethodContext): Promise<MethodAnswer> => {
  try {
    return await method.run(args, context)
  } catch (error) {
    return failed(error, method, context)
  }
}

const invocationsOf = (call: Invocation, method: Method, answer: MethodAnswer): readonly Invocation[] => {
  if (answer.is === 'error') return [errorInvocation(call.callId, answer.type, answer.description, answer.extra)]
  const more = answer.more ?? []
  return [{ name: method.name, args: answer.args, callId: call.callId }, ...more.map(([name, args]) => ({ name, args, callId: call.callId }))]
}

const written = ({ name, args, callId }: Invocation): string => JSON.stringify([name, args, callId])

/** `weightMax`: what result references may put into the request's calls together. */
export const dispatch = async (
  request: JmapRequest,
  table: ReadonlyMap<string, Method>,
  context: Omit<MethodContext, 'using' | 'createdIds' | 'accountOf' | 'accountId'>,
): Promise<JmapResponse> => {
  const createdIds = new Map(request.createdIds ?? [])
  const { account } = context
  const whole = { ...context, using: request.using, createdIds, accountOf: (id: string) => accountWithId(account, id) }
  const responses: Invocation[] = []
  const methodResponses: string[] = []
  let weightLeft = context.limits.maxSizeRequest
  let bytesLeft = responseBytesMax

  const run = async (call: Invocation): Promise<readonly Invocation[]> => {
    const method = table.get(call.name)
    if (method === undefined || !request.using.has(method.capability)) return [errorInvocation(call.callId, 'unknownMethod')]
    const resolved = withReferences(call.args, responses, weightLeft)
    if (resolved.is === 'bad') return [errorInvocation(call.callId, resolved.type, resolved.description)]
    weightLeft -= resolved.weight
    const found = accountFor(method, resolved.args, context)
    if (typeof found === 'string') return [errorInvocation(call.callId, found, found === 'invalidArguments' ? 'accountId: an id is wanted' : undefined)]
    if (bytesLeft <= 0) return [errorInvocation(call.callId, 'requestTooLarge', 'the responses before it are too large together')]
    const asked = { ...whole, session: sessionOf(whole.session, found), account: found.mail, accountId: found.id }
    return invocationsOf(call, method, await answered(method, resolved.args, asked))
  }

  for (const call of request.calls) {
    if (context.gone.aborted) break
    for (const response of await run(call)) {
      responses.push(response)
      const text = written(response)
      bytesLeft -= text.length
      methodResponses.push(text)
    }
    // Others have their turn between two calls.
    await nextTurn()
  }
  return { methodResponses, createdIds: request.createdIds === null ? null : createdIds }
}

/** The Response object as JSON, in pieces. */
export function* responseJson({ methodResponses, createdIds }: JmapResponse, sessionState: string): Generator<string> {
  yield '{"methodResponses":['
  for (const [at, response] of methodResponses.entries()) yield at === 0 ? response : `,${response}`
  const ids = createdIds === null ? '' : `,"createdIds":${JSON.stringify(Object.fromEntries(createdIds))}`
  yield `]${ids},"sessionState":${JSON.stringify(sessionState)}}`
}

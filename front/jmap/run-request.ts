/** From the bytes of a request to its response, for HTTP and WebSocket alike. */
import type { JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { jmapRequest, problem, type RequestProblem } from '@bulkhead/wire/jmap/request.ts'
import type { HttpSession } from '../http/session.ts'
import { dispatch, type JmapResponse } from './dispatch.ts'
import type { Jmap } from './jmap-ports.ts'

/** What the client asked too much at once of: `maxConcurrentRequests`. */
export const tooManyAtOnce = ({ limits }: Jmap): RequestProblem =>
  problem('limit', `at most ${limits.maxConcurrentRequests} requests at once are taken`, 'maxConcurrentRequests')

/** `gone`: nobody waits for the answer any more. */
export const runRequest = async (jmap: Jmap, session: HttpSession, json: JsonValue, gone: AbortSignal): Promise<JmapResponse | RequestProblem> => {
  const { resources, limits, table, services, clock, log, meter } = jmap
  const request = jmapRequest(json, resources.known, limits)
  if ('is' in request) return request
  const leave = jmap.requests.enter(session.account.account)
  if (leave === undefined) return tooManyAtOnce(jmap)
  try {
    meter.count('jmap_requests')
    services.pushes.attend(session)
    meter.count('jmap_calls', request.calls.length)
    const { account } = session
    return await dispatch(request, table, { session, account, limits, services, clock, log, gone })
  } finally {
    leave()
  }
}

/** `POST /jmap/api` (RFC 8620 section 3.1). */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { mediaType } from '@bulkhead/wire/http/media-type.ts'
import { problem } from '@bulkhead/wire/jmap/request.ts'
import { strictJson } from '@bulkhead/wire/jmap/strict-json.ts'
import type { HttpSession } from '../../http/session.ts'
import { responseJson } from '../dispatch.ts'
import type { Jmap } from '../jmap-ports.ts'
import { runRequest } from '../run-request.ts'
import { commonHeaders, sendPieces, sendRequestProblem, wrongMethod } from './answers.ts'
import { wholeBody } from './read-body.ts'

export const serveApi = async (jmap: Jmap, request: IncomingMessage, response: ServerResponse, session: HttpSession): Promise<void> => {
  if (request.method !== 'POST') return wrongMethod(response, 'POST')
  if (mediaType(request.headers['content-type'] ?? '')?.essence !== 'application/json') {
    return sendRequestProblem(response, problem('notJSON', 'the content type is not application/json'))
  }
  const { maxSizeRequest } = jmap.limits
  const body = await wholeBody(request, maxSizeRequest)
  if (body === 'tooLarge') return sendRequestProblem(response, problem('limit', `at most ${maxSizeRequest} bytes are taken`, 'maxSizeRequest'))
  if (typeof body === 'string') return void response.destroy()
  const json = strictJson(body)
  if (json.is === 'not') return sendRequestProblem(response, problem('notJSON', json.why))
  const gone = new AbortController()
  const leave = (): void => gone.abort()
  response.once('close', leave)
  const done = await runRequest(jmap, session, json.value, AbortSignal.any([gone.signal, session.closing]))
  if ('is' in done) return sendRequestProblem(response, done)
  response.writeHead(200, { ...commonHeaders, 'content-type': 'application/json' })
  await sendPieces(response, responseJson(done, jmap.resources.of(session).state))
}

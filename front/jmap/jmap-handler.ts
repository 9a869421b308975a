/** `/.well-known/jmap` and `/jmap/*` of a session. What is not in this table is not there. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpHandler, HttpSession } from '../http/session.ts'
import { notFound, sendJson, wrongMethod } from './http/answers.ts'
import { serveApi } from './http/api.ts'
import { serveDownload } from './http/download.ts'
import { serveEventSource } from './http/event-source.ts'
import { serveUpload } from './http/upload.ts'
import type { Jmap } from './jmap-ports.ts'

const serveSession = async ({ resources }: Jmap, request: IncomingMessage, response: ServerResponse, session: HttpSession): Promise<void> => {
  if (request.method !== 'GET' && request.method !== 'HEAD') return wrongMethod(response, 'GET, HEAD')
  // What is shared may have changed through another mailroom.
  await session.account.refresh()
  sendJson(response, 200, resources.of(session).json)
}

/** The pieces of a path, decoded; undefined where one can't be. */
const piecesOf = (path: string): readonly string[] | undefined => {
  try {
    return path.split('/', 8).map((piece) => decodeURIComponent(piece))
  } catch {
    return undefined
  }
}

export const jmapHandler =
  (jmap: Jmap): HttpHandler =>
  async (request, response, session) => {
    const [path = '', ...rest] = (request.url ?? '').split('?')
    const query = new URLSearchParams(rest.join('?'))
    if (path === '/.well-known/jmap' || path === '/jmap/session') return serveSession(jmap, request, response, session)
    if (path === '/jmap/api') return serveApi(jmap, request, response, session)
    if (path === '/jmap/eventsource') return serveEventSource(jmap, request, response, session, query)
    const [, , verb, account = '', blobId = '', name, ...more] = piecesOf(path) ?? []
    if (verb === 'upload' && blobId === '' && name === undefined) return serveUpload(jmap, request, response, session, account)
    if (verb === 'download' && name !== undefined && more.length === 0) {
      return serveDownload(jmap, request, response, session, { account, blobId, name, type: query.get('type') || null })
    }
    notFound(response)
  }

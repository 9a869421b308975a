/**
 * `GET /jmap/download/{accountId}/{blobId}/{name}?type={type}` (RFC 8620 section 6.2). Whatever type is asked for, a browser saves it and
 * runs nothing of it. Nothing is to be cached: on a shared machine mail would stay behind on the disk.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { attachmentDisposition } from '@bulkhead/wire/http/disposition.ts'
import { mediaType } from '@bulkhead/wire/http/media-type.ts'
import type { HttpSession } from '../../http/session.ts'
import { accountWithId } from '../accounts.ts'
import type { Jmap } from '../jmap-ports.ts'
import { commonHeaders, notFound, sendPieces, sendProblem, wrongMethod } from './answers.ts'

export interface DownloadPlace {
  readonly account: string
  readonly blobId: string
  readonly name: string
  /** Null where the client names none. */
  readonly type: string | null
}

const inert = {
  ...commonHeaders,
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'same-origin',
} as const

export const serveDownload = async (
  jmap: Jmap,
  request: IncomingMessage,
  response: ServerResponse,
  session: HttpSession,
  { account, blobId, name, type }: DownloadPlace,
): Promise<void> => {
  if (request.method !== 'GET' && request.method !== 'HEAD') return wrongMethod(response, 'GET, HEAD')
  const wanted = type === null ? null : mediaType(type)
  if (wanted === undefined) return sendProblem(response, 400, { type: 'about:blank', title: 'Bad Request', detail: 'type: a media type is wanted' })
  const mail = accountWithId(session.account, account)
  await using blob = mail === undefined ? undefined : await jmap.services.blobs.open(mail, blobId)
  if (blob === undefined) return notFound(response)
  response.writeHead(200, {
    ...inert,
    'content-type': wanted?.text ?? blob.type ?? 'application/octet-stream',
    'content-disposition': attachmentDisposition(name),
    ...(blob.sizeBytes === null ? {} : { 'content-length': blob.sizeBytes }),
  })
  if (request.method === 'HEAD') return void response.end()
  await sendPieces(response, blob.chunks())
}

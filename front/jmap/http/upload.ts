/** `POST /jmap/upload/{accountId}/` (RFC 8620 section 6.1): sealed as it comes, however slowly. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { UploadRefused } from '@bulkhead/mail/uploads/uploads.ts'
import { mediaType } from '@bulkhead/wire/http/media-type.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import { problem, problemJson } from '@bulkhead/wire/jmap/request.ts'
import type { HttpSession } from '../../http/session.ts'
import type { BlobWriter } from '../blob/blob-service.ts'
import { uploadRefusals } from '../blob/refused.ts'
import { accountWithId } from '../accounts.ts'
import type { Jmap } from '../jmap-ports.ts'
import { notFound, sendJson, sendProblem, sendRequestProblem, wrongMethod } from './answers.ts'
import { announcedBytes, eachPiece } from './read-body.ts'

/** RFC 6585 section 4, RFC 4918 section 11.5, RFC 9110 section 15.6.4. */
const statuses = { lately: 429, atOnce: 507, cellFull: 503 } as const
const retryAfterSeconds = { lately: 3_600, atOnce: 60, cellFull: 600 } as const

const sendRefused = (response: ServerResponse, why: UploadRefused['why']): void => {
  const { type, detail } = uploadRefusals[why]
  response.setHeader('retry-after', retryAfterSeconds[why])
  sendProblem(response, statuses[why], { type: `urn:ietf:params:jmap:error:${type}`, detail })
}

const takeIn = async (jmap: Jmap, request: IncomingMessage, writer: BlobWriter): Promise<{ readonly size: number; readonly end: string }> => {
  let size = 0
  const end = await eachPiece(request, jmap.limits.maxSizeUpload, async (piece) => {
    size += piece.length
    await writer.write(piece)
  })
  return { size, end }
}

const upload = async (jmap: Jmap, request: IncomingMessage, response: ServerResponse, account: MailAccount): Promise<void> => {
  const { maxSizeUpload } = jmap.limits
  const tooLarge = problemJson(problem('limit', `at most ${maxSizeUpload} bytes are taken`, 'maxSizeUpload'))
  if ((announcedBytes(request) ?? 0) > maxSizeUpload) return sendProblem(response, 413, tooLarge)
  const type = mediaType(request.headers['content-type'] ?? '')?.essence ?? 'application/octet-stream'
  const writer = await jmap.services.blobs.create(account, type, announcedBytes(request) ?? maxSizeUpload)
  if ('is' in writer) return sendRefused(response, writer.why)
  try {
    const { size, end } = await takeIn(jmap, request, writer)
    if (end === 'tooLarge') return sendProblem(response, 413, tooLarge)
    if (end !== 'whole') return void response.destroy()
    const blobId = await writer.keep()
    jmap.meter.count('jmap_uploaded_bytes', size)
    sendJson(response, 201, { accountId: accountId(account.account), blobId, type, size })
  } finally {
    await writer.discard()
  }
}

export const serveUpload = async (jmap: Jmap, request: IncomingMessage, response: ServerResponse, session: HttpSession, id: string): Promise<void> => {
  if (request.method !== 'POST') return wrongMethod(response, 'POST')
  const account = accountWithId(session.account, id)
  if (account === undefined) return notFound(response)
  const leave = jmap.uploads.enter(session.account.account)
  if (leave === undefined) {
    const { maxConcurrentUpload } = jmap.limits
    return sendRequestProblem(response, problem('limit', `at most ${maxConcurrentUpload} uploads at once are taken`, 'maxConcurrentUpload'))
  }
  try {
    await upload(jmap, request, response, account)
  } finally {
    leave()
  }
}

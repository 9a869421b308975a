/** Uploads of blobs (RFC 8620 section 6.1) that say how far they are; `fetch` can't. */
import { signedFetch } from '../../session/session.ts'
import { sessionToken } from '../../session/session.ts'
import { proofFor } from '../../session/proof.ts'
import { uploadUrl } from './account.ts'
import { JmapError, Unreachable } from './errors.ts'

export interface Uploaded {
  readonly blobId: string
  readonly type: string
  readonly size: number
}

interface Sent {
  readonly status: number
  readonly text: string
}

const post = async (blob: Blob, type: string, onProgress: (sent: number) => void, stop: AbortSignal): Promise<Sent> => {
  const url = uploadUrl()
  const token = sessionToken.value
  const proof = await proofFor('POST', url, token)
  stop.throwIfAborted()
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = (): void => request.abort()
    request.open('POST', url)
    request.setRequestHeader('Content-Type', type)
    request.setRequestHeader('DPoP', proof)
    if (token !== undefined) request.setRequestHeader('Authorization', `DPoP ${token}`)
    request.upload.onprogress = (event) => onProgress(event.loaded)
    request.onload = () => resolve({ status: request.status, text: request.responseText })
    request.onerror = () => reject(new Unreachable())
    request.onabort = () => reject(stop.reason)
    request.onloadend = () => stop.removeEventListener('abort', abort)
    stop.addEventListener('abort', abort)
    request.send(blob)
  })
}

const readUploaded = (text: string): Uploaded => {
  const found: unknown = JSON.parse(text)
  if (typeof found !== 'object' || found === null || !('blobId' in found) || typeof found.blobId !== 'string') throw new JmapError('serverFail', 'no blobId')
  const type = 'type' in found && typeof found.type === 'string' ? found.type : 'application/octet-stream'
  return { blobId: found.blobId, type, size: 'size' in found && typeof found.size === 'number' ? found.size : 0 }
}

const refusedAs: Readonly<Record<number, string>> = { 413: 'tooLarge', 429: 'rateLimit', 503: 'overQuota', 507: 'overQuota' }

/** Rejects with `JmapError` (`tooLarge`, `rateLimit`, `overQuota`, or the status), `Unreachable`, or the reason of `stop`. */
export const upload = async (blob: Blob, onProgress: (sent: number) => void, stop: AbortSignal): Promise<Uploaded> => {
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(blob.type) ? blob.type : 'application/octet-stream'
  let sent = await post(blob, type, onProgress, stop)
  if (sent.status === 401) {
    // The session is renewed, or waited for, by a request that can be signed again.
    await signedFetch('/.well-known/jmap', { signal: stop })
    sent = await post(blob, type, onProgress, stop)
  }
  if (sent.status >= 200 && sent.status < 300) return readUploaded(sent.text)
  throw new JmapError(refusedAs[sent.status] ?? `http${sent.status}`, sent.text.slice(0, 200))
}

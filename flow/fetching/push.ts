/** A Web Push message (RFC 8030 section 5) to whatever push service a subscription names: one HTTPS POST, no redirect followed. */
import type { FetchRefusal } from '@bulkhead/door/contracts/scout.ts'
import { exchanged, fetchableUrl, type Outside } from './exchange.ts'

/** Of an answer nobody reads. */
const answerBytesMax = 16_384

export interface PushMessage {
  readonly url: string
  readonly body: Buffer
  /** `aes128gcm`; empty: the body is plain JSON. */
  readonly encoding: 'aes128gcm' | ''
  readonly authorization: string
  readonly ttlSeconds: number
}

export type Pushed = { readonly is: 'pushed'; readonly status: number } | { readonly is: 'refused'; readonly refusal: FetchRefusal }

export const push = async ({ url: address, body, encoding, authorization, ttlSeconds }: PushMessage, outside: Outside): Promise<Pushed> => {
  const url = fetchableUrl(address, true, outside)
  if (url === undefined) return { is: 'refused', refusal: 'badUrl' }
  const headers = {
    'content-type': encoding === '' ? 'application/json' : 'application/octet-stream',
    ...(encoding === '' ? {} : { 'content-encoding': encoding }),
    'content-length': String(body.length),
    ttl: String(ttlSeconds),
    urgency: 'normal',
    authorization,
  }
  const answer = await exchanged(url, { method: 'POST', headers, body, bytesMax: answerBytesMax }, outside, performance.now() + outside.timeoutMs)
  if (answer.is === 'refused') return answer.refusal === 'tooLarge' ? { is: 'pushed', status: 200 } : answer
  return { is: 'pushed', status: answer.status }
}

/** One-click unsubscription (RFC 8058 section 3.1): one HTTPS POST, no cookies, no redirect followed. */
import type { FetchRefusal } from '@bulkhead/door/contracts/scout.ts'
import { exchanged, fetchableUrl, type Outside } from './exchange.ts'

const body = 'List-Unsubscribe=One-Click'
const headers = {
  'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length), 'user-agent': 'Mozilla/5.0 (mail list unsubscription)',
}
/** Of an answer nobody reads. */
const answerBytesMax = 65_536

export type PostedOneClick = { readonly is: 'posted'; readonly status: number } | { readonly is: 'refused'; readonly refusal: FetchRefusal }

export const postOneClick = async (address: string, outside: Outside): Promise<PostedOneClick> => {
  const url = fetchableUrl(address, true, outside)
  if (url === undefined) return { is: 'refused', refusal: 'badUrl' }
  const answer = await exchanged(url, { method: 'POST', headers, body, bytesMax: answerBytesMax }, outside, performance.now() + outside.timeoutMs)
  // A long page of thanks was a yes.
  if (answer.is === 'refused') return answer.refusal === 'tooLarge' ? { is: 'posted', status: 200 } : answer
  return { is: 'posted', status: answer.status }
}

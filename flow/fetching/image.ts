/** A remote image: followed over at most `redirectsMax` redirects, each looked at like the first, and an image by its bytes. */
import type { FetchRefusal } from '@bulkhead/door/contracts/scout.ts'
import { imageType } from '@bulkhead/wire/media/image-type.ts'
import { exchanged, fetchableUrl, type Outside } from './exchange.ts'

export const redirectsMax = 3
export const imageBytesMax = 5_242_880

export type FetchedImage =
  | { readonly is: 'image'; readonly type: string; readonly body: Buffer }
  | { readonly is: 'refused'; readonly refusal: FetchRefusal }

/** Nothing of whom it is for: no cookie, no referrer, no language, one name for all. */
const headers = {
  'accept': 'image/avif,image/webp,image/png,image/jpeg,image/gif', 'accept-encoding': 'identity', 'user-agent': 'Mozilla/5.0 (mail image proxy)',
}

const refused = (refusal: FetchRefusal): FetchedImage => ({ is: 'refused', refusal })

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)

export const fetchImage = async (address: string, outside: Outside): Promise<FetchedImage> => {
  const untilMs = performance.now() + outside.timeoutMs
  let text = address
  for (let hop = 0; hop <= redirectsMax; hop += 1) {
    const url = fetchableUrl(text, false, outside)
    if (url === undefined) return refused('badUrl')
    const answer = await exchanged(url, { method: 'GET', headers, body: '', bytesMax: imageBytesMax }, outside, untilMs)
    if (answer.is === 'refused') return answer
    if (isRedirect(answer.status) && answer.location !== null && URL.canParse(answer.location, url)) {
      text = new URL(answer.location, url).href
      continue
    }
    if (answer.status !== 200) return refused('notFound')
    const type = imageType(answer.body)
    return type === undefined ? refused('notAnImage') : { is: 'image', type, body: answer.body }
  }
  return refused('notFound')
}

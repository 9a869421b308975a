/** A remote image of a message, fetched by the scout so that nobody learns who looks. */
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import type { HttpSession } from '../http/session.ts'
import type { Exchange } from './files.ts'
import { refuse, shownOnce } from './headers.ts'
import type { Reading } from './reading.ts'

/** Types that the scout gives; it looked at the bytes. */
const types = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp'])

const wholeImage = async (scout: Door<ScoutVerbs>, url: string, asker: string): Promise<{ readonly type: string; readonly body: Buffer } | undefined> => {
  const reply = await scout.ask('fetchImage', { url, asker })
  if (reply.is === 'refused') return undefined
  const { type, sizeBytes, body, rest } = reply.answer
  const pieces = [Buffer.from(body, 'base64')]
  let bytes = pieces[0]?.length ?? 0
  while (rest !== null && bytes < sizeBytes) {
    const more = await scout.ask('imageRest', { rest, offset: bytes })
    const piece = more.is === 'answered' ? Buffer.from(more.answer.body, 'base64') : undefined
    if (piece === undefined || piece.length === 0) return undefined
    pieces.push(piece)
    bytes += piece.length
  }
  return { type, body: Buffer.concat(pieces) }
}

export const sendRemoteImage = async ({ request, response }: Exchange, { scout, pseudonym }: Reading, session: HttpSession, url: string): Promise<void> => {
  if (scout === null) return refuse(response, 502)
  const image = await wholeImage(scout, url, pseudonym(session.account.account))
  if (image === undefined || !types.has(image.type)) return refuse(response, 502)
  response.writeHead(200, { ...shownOnce, 'content-type': image.type, 'content-length': image.body.length })
  response.end(request.method === 'HEAD' ? undefined : image.body)
}

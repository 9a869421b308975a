/** `/content/<mailroom>/<token>`: what a token of ours names, for the session it was made for and as long as that lasts. */
import type { ContentHandler, HttpSession } from '../http/session.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import { accountWithId } from '../jmap/accounts.ts'
import { sendDocument } from './document.ts'
import { sendArchive, sendAttachment, sendEml, sendImage, sendSource, type Exchange } from './files.ts'
import { refuse } from './headers.ts'
import { openMessage, type OpenMessage } from './open-message.ts'
import type { Reading } from './reading.ts'
import { sendRemoteImage } from './remote-image.ts'
import { rendered, renderedOpen } from './rendered.ts'
import type { Content } from './tokens.ts'

type Document = Extract<Content, { is: 'document' }>

const serveDocument = async (reading: Reading, exchange: Exchange, session: HttpSession, { message, as, print }: Document): Promise<void> => {
  if (!print) {
    const rendering = await rendered(reading, session, message, { as, print })
    return rendering === undefined ? refuse(exchange.response, 404) : sendDocument(exchange.response, session, rendering, { dark: as.dark, print: null })
  }
  await using open = await openMessage(session.account, message)
  if (open === undefined) return refuse(exchange.response, 404)
  return sendDocument(exchange.response, session, await renderedOpen(reading, session, open, { as, print }), { dark: false, print: open })
}

const serveFile = (exchange: Exchange, message: OpenMessage, content: Exclude<Content, Document | { is: 'remote' }>): Promise<void> => {
  switch (content.is) {
    case 'attachment':
      return sendAttachment(exchange, message, content.part)
    case 'image':
      return sendImage(exchange, message, content.part)
    case 'archive':
      return sendArchive(exchange, message, content.name)
    case 'eml':
      return sendEml(exchange, message, content.name)
    case 'source':
      return sendSource(exchange, message)
  }
}

/** Where content has a host of its own, the host of the page serves none of it: nothing there shares an origin with the page. */
const isContentHost = ({ origin, contentOrigin }: HttpSession, host: string | undefined): boolean =>
  origin === contentOrigin || host === undefined || new URL(contentOrigin).host === host.toLowerCase()

const path = /^\/content\/[A-Za-z0-9-]{1,64}\/([A-Za-z0-9_-]+)$/

export const contentHandler = (reading: Reading): ContentHandler => async (request, response, sessions) => {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, { allow: 'GET, HEAD' })
  const found = path.exec((request.url ?? '').replace(/[?#].*$/, ''))?.[1]
  const token = found === undefined ? undefined : reading.tokens.open(found)
  const whose = token === undefined ? null : sessions(token.session)
  const account = token === undefined || whose === null ? undefined : accountWithId(whose.account, accountId(token.account))
  if (token === undefined || whose === null || account === undefined) return refuse(response, 410)
  const session = account === whose.account ? whose : { ...whose, account }
  if (!isContentHost(session, request.headers.host)) return refuse(response, 404)
  const exchange: Exchange = { request, response }
  const { content } = token
  if (content.is === 'document') return serveDocument(reading, exchange, session, content)
  if (content.is === 'remote') return sendRemoteImage(exchange, reading, session, content.url)
  await using message = await openMessage(session.account, content.message)
  return message === undefined ? refuse(response, 404) : await serveFile(exchange, message, content)
}

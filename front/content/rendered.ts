/** A message rendered for a session, made once for the view and its document. */
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { HttpSession } from '../http/session.ts'
import { openMessage, type OpenMessage } from './open-message.ts'
import type { Reading } from './reading.ts'
import { renderMessage, type Rendering, type RenderingAsk } from './rendering.ts'

const followed = new WeakSet<AbortSignal>()

/** What was rendered for a session goes with it. */
const forgottenAtEnd = ({ renderings }: Reading, { id, closing }: HttpSession): void => {
  if (followed.has(closing)) return
  followed.add(closing)
  closing.addEventListener('abort', () => renderings.forget(id), { once: true })
}

const keyOf = (session: HttpSession, message: MessageId, { as, print }: RenderingAsk): string =>
  [session.id, message, as.charset, as.images, as.dark, as.preferPlain, print].join(' ')

export const renderedOpen = async (reading: Reading, session: HttpSession, message: OpenMessage, ask: RenderingAsk): Promise<Rendering> => {
  forgottenAtEnd(reading, session)
  const rendering = await reading.renderings.get(keyOf(session, message.message, ask), () => renderMessage(message, ask, { ...reading, session }))
  return rendering ?? renderMessage(message, ask, { ...reading, session })
}

/** Undefined where the account has no such message. */
export const rendered = async (reading: Reading, session: HttpSession, message: MessageId, ask: RenderingAsk): Promise<Rendering | undefined> => {
  forgottenAtEnd(reading, session)
  return reading.renderings.get(keyOf(session, message, ask), async () => {
    await using open = await openMessage(session.account, message)
    return open === undefined ? undefined : await renderMessage(open, ask, { ...reading, session })
  })
}

import { encodeTagged, no, ok } from '@bulkhead/wire/imap/response.ts'
import type { Conversation } from '../conversation.ts'

const moment = { mayExpunge: false, withUid: false } as const

/** `UNAUTHENTICATE` (RFC 8437): nobody is logged in any more, and the connection goes on in the gate as if it were new. */
export const unauthenticate = async (conversation: Conversation, tag: string): Promise<void> => {
  if (conversation.isCompressed) return conversation.finish(tag, no('CANNOT', 'Not while DEFLATE is active'), moment)
  const toTheGate = conversation.wayBack()
  if (toTheGate === undefined) return conversation.finish(tag, no('UNAVAILABLE', 'Not now, try again later'), moment)
  await conversation.put(encodeTagged(tag, ok('Nobody is logged in now')))
  await toTheGate()
}

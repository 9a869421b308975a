import { badReply, no, ok } from '@bulkhead/wire/imap/response.ts'
import { end, keyword, space, type Parser } from '@bulkhead/wire/imap/scan.ts'
import type { Conversation } from '../conversation.ts'

const moment = { mayExpunge: true, withUid: false } as const

/** `SP algorithm` */
export const mechanism: Parser<string> = (scan) => {
  space(scan)
  const name = keyword(scan)
  end(scan)
  return name
}

/** `COMPRESS DEFLATE` (RFC 4978). What follows the answer is compressed, so nothing may follow the command before it. */
export const compress = async (conversation: Conversation, tag: string, name: string): Promise<void> => {
  if (name !== 'DEFLATE') return conversation.finish(tag, badReply('No such compression'), moment)
  if (conversation.isCompressed) return conversation.finish(tag, no('COMPRESSIONACTIVE', 'DEFLATE is active already'), moment)
  if (conversation.heldBytes > 0) return conversation.finish(tag, badReply('Nothing may follow COMPRESS before its answer'), moment)
  await conversation.finish(tag, ok('DEFLATE is active'), moment)
  await conversation.compress()
}

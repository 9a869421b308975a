import { ok } from '../replies.ts'
import { readyAgain, type Session, type Step } from '../session.ts'
import type { Reply } from '@bulkhead/wire/smtp/reply.ts'
import { command } from './command.ts'

/** `BDAT SP chunk-size [SP LAST]`, RFC 3030 section 2; after LAST one reply per accepted recipient, RFC 2033 section 4.2. */
export const bdat = command({
  verb: 'BDAT',
  rfc: '3030 section 2',
  decide: (_session, { sizeBytes, last }) => ({ ask: 'content', sizeBytes, last }),
})

/** A refused chunk refuses the message; those that follow in the pipeline are refused alike until RSET. */
export const chunkAnswered = (session: Session, sizeBytes: number, refused: Reply | undefined): Step => ({
  replies: [refused ?? ok('2.0.0', `${sizeBytes} octets`)],
  becomes: { ...session, phase: 'chunks' },
})

export const contentAnswered = (session: Session, replies: readonly Reply[]): Step => ({
  replies,
  becomes: readyAgain(session),
})

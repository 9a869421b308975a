/** `HIGHESTMODSEQ` at the end of what removes messages (RFC 7162 sections 3.2.7 to 3.2.9), for clients that follow MODSEQs. */
import type { SelectedContext } from './command.ts'
import { selectedMailbox, tellsModSeq } from './session.ts'

/** Zero is no mod-sequence: a mailbox that nothing ever happened to has 1. */
export const modSeqCode = (modSeq: number): string => `HIGHESTMODSEQ ${Math.max(1, modSeq)}`

/** Everything up to there is told before the command ends. */
export const highestModSeq = ({ session, selected, state }: SelectedContext): string | null => {
  const mailbox = selectedMailbox(selected, state)
  return mailbox === undefined || !tellsModSeq(session) ? null : modSeqCode(mailbox.highestModSeq)
}

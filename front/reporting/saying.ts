/**
 * What a person says of a message by a change to it: by `$junk`, `$notjunk` and `$phishing` (RFC 8621 section 4.1.1 and IANA's registry),
 * and by filing it as junk. Pure, and the same for every protocol.
 */
import type { MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { Saying } from '@bulkhead/mail/ports/person-reports.ts'

export interface Standing {
  hasFlag(flag: string): boolean
  readonly where: 'junk' | 'elsewhere' | 'thrownAway'
}

const kinds = [['$phishing', 'phishing'], ['$junk', 'spam'], ['$notjunk', 'notSpam']] as const

/** Whether a flag says anything here. */
export const isSaying = (flag: string): boolean => kinds.some(([keyword]) => keyword === flag.toLowerCase())

/** What is phishing is not spam besides. */
const saidByFlags = ({ hasFlag }: Standing): Saying => kinds.find(([keyword]) => hasFlag(keyword))?.[1] ?? 'nothing'

/** By all the mailboxes it is in. */
export const whereOf = (mailboxes: readonly Pick<MailboxState, 'specialUse'>[]): Standing['where'] => {
  if (mailboxes.some(({ specialUse }) => specialUse === '\\Junk')) return 'junk'
  return mailboxes.every(({ specialUse }) => specialUse === '\\Trash') ? 'thrownAway' : 'elsewhere'
}

/** Undefined: nothing that was not said before. `nothing`: what was said is taken back. Junk that is thrown away stays junk. */
export const sayingOf = (before: Standing, after: Standing): Saying | undefined => {
  const [said, says] = [saidByFlags(before), saidByFlags(after)]
  if (says === 'phishing' || says === 'spam') return says === said ? undefined : says
  if (before.where !== 'junk' && after.where === 'junk') return 'spam'
  const fetchedBack = before.where === 'junk' && after.where === 'elsewhere'
  return says !== said || fetchedBack ? says : undefined
}

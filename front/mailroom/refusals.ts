/** Why a logged-in client is not let in after all, in each protocol's words. The connection ends after it. */
import type { MailProtocol } from '@bulkhead/door/contracts/warden.ts'

export type LoginRefusal = 'noPass' | 'notActive' | 'tooManySessions' | 'unavailable'

type Wire = (tag: string) => string

const imap = (why: string): Wire => (tag) => `${tag} NO ${why}\r\n* BYE ${why}\r\n`

/** RFC 5530 for IMAP, which ends with BYE; RFC 2449 and RFC 3206 for POP3, RFC 5804 for ManageSieve, RFC 4954 for submission. */
export const loginRefusals = {
  imap: {
    noPass: imap('[UNAVAILABLE] Log in again'),
    notActive: imap('[AUTHENTICATIONFAILED] Sign-in is switched off'),
    tooManySessions: imap('[LIMIT] Too many connections'),
    unavailable: imap('[UNAVAILABLE] Temporarily not available'),
  },
  pop3: {
    noPass: () => '-ERR [SYS/TEMP] Log in again\r\n',
    notActive: () => '-ERR [AUTH] Sign-in is switched off\r\n',
    tooManySessions: () => '-ERR [IN-USE] Too many connections\r\n',
    unavailable: () => '-ERR [SYS/TEMP] Temporarily not available\r\n',
  },
  managesieve: {
    noPass: () => 'NO (TRYLATER) "Log in again"\r\n',
    notActive: () => 'NO "Sign-in is switched off"\r\n',
    tooManySessions: () => 'BYE (TRYLATER) "Too many connections"\r\n',
    unavailable: () => 'NO (TRYLATER) "Temporarily not available"\r\n',
  },
  submission: {
    noPass: () => '454 4.7.0 Log in again\r\n',
    notActive: () => '535 5.7.8 Sign-in is switched off\r\n',
    tooManySessions: () => '421 4.7.0 Too many connections\r\n',
    unavailable: () => '454 4.7.0 Temporarily not available\r\n',
  },
} as const satisfies Record<MailProtocol, Record<LoginRefusal, Wire>>

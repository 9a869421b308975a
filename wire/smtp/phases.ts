/**
 * Which command is welcome when, and where it leads. A verb missing from a row is refused with 503, a verb missing from
 * a whole table with 502 (`welcome`). Facts that are no phases (TLS on, somebody logged in) are guards of the sessions.
 */
import type { SmtpVerb } from './command.ts'
import { reply, type Reply } from './reply.ts'

/** `content` is inside DATA; `chunks` after the first BDAT. */
export type Phase = 'greeted' | 'ready' | 'mail' | 'rcpt' | 'content' | 'chunks'
export type PhaseTable = Readonly<Record<Phase, Readonly<Partial<Record<SmtpVerb, Phase>>>>>

const idle = { NOOP: 'greeted', RSET: 'greeted', HELP: 'greeted', VRFY: 'greeted', QUIT: 'greeted' } as const
const inMail = { NOOP: 'mail', HELP: 'mail', VRFY: 'mail', QUIT: 'mail', RSET: 'ready' } as const
const inRcpt = { NOOP: 'rcpt', HELP: 'rcpt', VRFY: 'rcpt', QUIT: 'rcpt', RSET: 'ready' } as const
const inReady = { NOOP: 'ready', RSET: 'ready', HELP: 'ready', VRFY: 'ready', QUIT: 'ready' } as const
const hello = { EHLO: 'ready', HELO: 'ready' } as const

/** Port 25: RFC 5321 section 4.1.4, STARTTLS RFC 3207, BDAT RFC 3030. There is no AUTH here. */
export const mxPhases = {
  greeted: { ...idle, ...hello, STARTTLS: 'greeted' },
  ready: { ...inReady, ...hello, STARTTLS: 'greeted', MAIL: 'mail' },
  mail: { ...inMail, ...hello, RCPT: 'rcpt' },
  rcpt: { ...inRcpt, ...hello, RCPT: 'rcpt', DATA: 'content', BDAT: 'chunks' },
  content: {},
  chunks: { BDAT: 'chunks', RSET: 'ready', QUIT: 'chunks', NOOP: 'chunks' },
} as const satisfies PhaseTable

/** Ports 587 and 465 until somebody has logged in (RFC 6409, RFC 4954): mail is not even looked at. */
export const submissionPreLoginPhases = {
  greeted: { ...idle, ...hello, STARTTLS: 'greeted' },
  ready: { ...inReady, ...hello, STARTTLS: 'greeted', AUTH: 'ready' },
  mail: {},
  rcpt: {},
  content: {},
  chunks: {},
} as const satisfies PhaseTable

/** Ports 587 and 465 after login; BURL RFC 4468, which mixes with BDAT. */
export const submissionPhases = {
  greeted: { ...idle, ...hello },
  ready: { ...inReady, ...hello, MAIL: 'mail' },
  mail: { ...inMail, ...hello, RCPT: 'rcpt' },
  rcpt: { ...inRcpt, ...hello, RCPT: 'rcpt', DATA: 'content', BDAT: 'chunks', BURL: 'chunks' },
  content: {},
  chunks: { BDAT: 'chunks', BURL: 'chunks', RSET: 'ready', QUIT: 'chunks', NOOP: 'chunks' },
} as const satisfies PhaseTable

/**
 * LMTP (RFC 2033) as `intake` serves it to the gate and the courier. XCLIENT comes before each transaction; XACK, at any
 * time outside content, acknowledges the oldest answered transaction of the connection; both are answered with 250.
 */
export const lmtpPhases = {
  greeted: { NOOP: 'greeted', RSET: 'greeted', QUIT: 'greeted', LHLO: 'ready' },
  ready: { ...inReady, LHLO: 'ready', XCLIENT: 'ready', XACK: 'ready', MAIL: 'mail' },
  mail: { ...inMail, LHLO: 'ready', XACK: 'mail', RCPT: 'rcpt' },
  rcpt: { ...inRcpt, LHLO: 'ready', XACK: 'rcpt', RCPT: 'rcpt', DATA: 'content', BDAT: 'chunks' },
  content: {},
  chunks: { BDAT: 'chunks', RSET: 'ready', QUIT: 'chunks', NOOP: 'chunks', XACK: 'chunks' },
} as const satisfies PhaseTable

const badSequence = reply(503, '5.5.1', 'Bad sequence of commands')
const notImplemented = reply(502, '5.5.1', 'Command not implemented')

/** The phase `verb` leads to from `phase`, or why it may not come now. */
export const welcome = (table: PhaseTable, phase: Phase, verb: SmtpVerb): Phase | Reply => {
  const next = table[phase][verb]
  if (next !== undefined) return next
  return Object.values(table).some((row) => verb in row) ? badSequence : notImplemented
}

/** Commands that look at nothing: RSET, NOOP, VRFY, HELP, QUIT (RFC 5321 sections 4.1.1.5 to 4.1.1.10). */
import { reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Step } from '../transaction.ts'

export const rset: Step = { reply: reply(250, '2.0.0', 'Transaction forgotten'), transaction: null }
export const noop: Step = { reply: reply(250, '2.0.0', 'Still here') }
/** Says nothing about who exists. */
export const vrfy: Step = { reply: reply(252, '2.5.0', 'Send to it and see') }
export const help: Step = { reply: reply(214, '2.0.0', 'RFC 5321, RFC 6409') }
export const quit: Step = { reply: reply(221, '2.0.0', 'Bye'), transaction: null }
/** RFC 4954 section 4: once is enough. */
export const auth: Step = { reply: reply(503, '5.5.1', 'Already logged in') }

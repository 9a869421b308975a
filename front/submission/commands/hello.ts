/** `EHLO`, `HELO` (RFC 5321 section 4.1.1.1): what this session can do, and an end to any transaction. */
import { reply } from '@bulkhead/wire/smtp/reply.ts'
import { submissionExtensions } from '@bulkhead/wire/smtp/submission-extensions.ts'
import type { Hello } from '@bulkhead/wire/smtp/verbs/hello.ts'
import type { Step, Submitting } from '../transaction.ts'

export const hello = ({ sender }: Submitting, { verb }: Hello): Step => {
  const { hostName, limits, tls, clock } = sender
  if (verb === 'HELO') return { reply: reply(250, undefined, hostName), transaction: null }
  const offered = submissionExtensions({ ...limits, secure: tls, nowMs: clock.now() })
  return { reply: reply(250, undefined, hostName, ...offered), transaction: null }
}

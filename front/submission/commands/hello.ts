/** `EHLO`, `HELO` (RFC 5321 section 4.1.1.1): what this session can do, and an end to any transaction. */
import type { Hello } from '@bulkhead/wire/smtp/verbs/hello.ts'
import { reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Step, Submitting } from '../transaction.ts'

export const hello = ({ hostName, limits }: Submitting, { verb }: Hello): Step => {
  if (verb === 'HELO') return { reply: reply(250, undefined, hostName), transaction: null }
  const extensions = [
    'PIPELINING',
    `SIZE ${limits.messageBytesMax}`,
    '8BITMIME',
    'SMTPUTF8',
    'CHUNKING',
    'ENHANCEDSTATUSCODES',
    'DSN',
  ]
  return { reply: reply(250, undefined, hostName, ...extensions), transaction: null }
}

/** `BURL url [LAST]` (RFC 4468): a part of the message that is in the account's mail already. */
import { Fault } from '@bulkhead/base/fault.ts'
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Burl } from '@bulkhead/wire/smtp/verbs/burl.ts'
import { submitSection, type SubmitSection } from '../../imap/urls/submit-section.ts'
import type { ChunkedContent } from '../content-reader.ts'
import { submissionRefusals } from '../refusals.ts'
import type { Submitting } from '../transaction.ts'

/** RFC 4468 section 4, RFC 5248 section 2.4. */
const refusals = {
  malformed: reply(501, '5.5.4', 'Not an IMAP URL of a message'),
  foreign: reply(554, '5.7.14', 'Only URLs of your own mail, signed for submit+ you'),
  notThere: reply(554, '5.6.6', 'Message content is not available'),
} as const satisfies Record<Exclude<SubmitSection, object>, Reply>
const away = reply(451, '4.3.0', 'Your mail can not be read now, try again')

/** Adds what the URL names to `chunks`; the size of it, or why not. */
export const takeByUrl = async ({ sender }: Submitting, { url }: Burl, chunks: ChunkedContent): Promise<number | Reply> => {
  const { clock, who, hostName, limits } = sender
  try {
    const ports = { account: await sender.account(), clock, login: who.login, hostName }
    const section = await submitSection(ports, Buffer.from(url, 'latin1'))
    if (typeof section === 'string') return refusals[section]
    await using open = section
    if (open.sizeBytes > limits.messageBytesMax) return submissionRefusals.tooLarge
    for await (const block of open.blocks()) chunks.push(block)
    return open.sizeBytes
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return away
  }
}

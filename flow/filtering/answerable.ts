/** Whether a message is answered by a machine at all (RFC 5230 section 4.6, RFC 3834 section 2). Pure. */
import type { SieveMessage } from '@bulkhead/wire/sieve/message.ts'

/** Local parts that nobody reads, or that send to many. */
const robots = /^(?:mailer-daemon|postmaster|listserv|majordomo|no-?reply|do-?not-?reply|bounces?|.*-(?:bounces?|owner|request|relay)|owner-.*)(?:[+=].*)?$/i
const bulk: readonly string[] = ['bulk', 'list', 'junk']
const listFields: readonly string[] = [
  'list-id', 'list-help', 'list-post', 'list-unsubscribe', 'list-subscribe', 'list-owner', 'list-archive', 'mailing-list', 'x-mailing-list',
]
const addressedFields: readonly string[] = ['to', 'cc', 'bcc', 'resent-to', 'resent-cc', 'resent-bcc']
const suppressing = /\b(?:all|oof|autoreply)\b/i

export interface Answerable {
  readonly message: SieveMessage
  readonly reversePath: string
  /** Lower case. */
  readonly own: ReadonlySet<string>
  /** Somebody looked and found it to be spam, forged or worse. */
  readonly suspect: boolean
}

/** Why not; undefined where it is. */
export const unanswerable = ({ message, reversePath, own, suspect }: Answerable): string | undefined => {
  if (reversePath === '') return 'null sender'
  if (suspect) return 'suspect'
  if (robots.test(reversePath.slice(0, reversePath.lastIndexOf('@')))) return 'no person'
  if (own.has(reversePath.toLowerCase())) return 'own address'
  if (listFields.some((name) => message.header(name).length > 0)) return 'mailing list'
  if (message.header('precedence').some((value) => bulk.includes(value.trim().toLowerCase()))) return 'bulk'
  if (message.header('auto-submitted').some((value) => !/^no\b/i.test(value.trim()))) return 'automatic'
  if (message.header('x-auto-response-suppress').some((value) => suppressing.test(value))) return 'answers not wanted'
  const named = addressedFields.some((name) => message.addresses(name).flat().some((address) => own.has(address.toLowerCase())))
  return named ? undefined : 'not addressed'
}

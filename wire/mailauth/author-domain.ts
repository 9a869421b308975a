/** The Author Domain (RFC 9989 section 3.2.3): that of the one From field, however many addresses it has. */
import { mailboxesIn } from '../mime/address-list.ts'
import { domainOfBytes } from './domain-name.ts'
import { fieldsNamed, valueOf, type Header } from './header-fields.ts'

const fromCharsMax = 16_384

/** Null where there is no From field or more than one, or where it names no domain or several. */
export const authorDomain = (header: Header): string | null => {
  const [from, ...others] = fieldsNamed(header, 'from')
  if (from === undefined || others.length > 0 || from.text.length > fromCharsMax) return null
  const domains = new Set<string | undefined>()
  for (const { host } of mailboxesIn(valueOf(from))) if (host !== null) domains.add(domainOfBytes(host))
  const [domain, ...more] = domains
  return domain === undefined || more.length > 0 ? null : domain
}

/** The Author Domain (RFC 9989 section 3.2.3): that of the one From field, however many addresses it has. */
import { mailboxesIn } from '../mime/address-list.ts'
import { comment, opaqueLength, quotedString } from '../mime/scan.ts'
import { domainOfBytes } from './domain-name.ts'
import { fieldsNamed, valueOf, type Header } from './header-fields.ts'

/** `none`: no From field, or no domain in it. `several`: readers may take one domain or another for the author's. */
export type AuthorDomain = { readonly domain: string } | 'none' | 'several'

const fromCharsMax = 16_384

/** Opening brackets outside of quotes, comments and two-byte characters. */
const bracketsIn = (text: string): number => {
  let count = 0
  for (let at = 0; at < text.length; ) {
    const opaque = opaqueLength(text, at, false)
    if (opaque > 0) at += opaque
    else if (text[at] === '"') at = quotedString(text, at).end
    else if (text[at] === '(') at = comment(text, at).end
    else {
      if (text[at] === '<') count += 1
      at += 1
    }
  }
  return count
}

export const authorDomain = (header: Header): AuthorDomain => {
  const [from, ...others] = fieldsNamed(header, 'from')
  if (from === undefined) return 'none'
  if (others.length > 0 || from.text.length > fromCharsMax) return 'several'
  const value = valueOf(from)
  const mailboxes = mailboxesIn(value)
  // `<one@a.example> <two@b.example>` is one mailbox to us, and another to others.
  if (bracketsIn(value) > mailboxes.length) return 'several'
  const domains = new Set<string | undefined>()
  for (const { host } of mailboxes) if (host !== null) domains.add(domainOfBytes(host))
  const [domain, ...more] = domains
  if (more.length > 0) return 'several'
  return domain === undefined ? 'none' : { domain }
}

/**
 * What a submission may take by URL (RFC 4468 section 3.3): a URL with URLAUTH of the account that is logged in, for `submit+` it. No
 * other account's: a mailroom has the keys of those alone who are logged in. Nothing outside is ever asked.
 */
import { imapUrl } from '@bulkhead/wire/imap/imap-url.ts'
import { newSession } from '../session.ts'
import { isOwnUrl, ownSection, type OwnSection, type UrlPorts } from './own-section.ts'
import { isProven } from './urlauth.ts'

export type SubmitSection = OwnSection | 'malformed' | 'foreign' | 'notThere'

/** Whoever is given a section disposes of it. */
export const submitSection = async (ports: UrlPorts, bytes: Buffer): Promise<SubmitSection> => {
  const url = imapUrl(bytes)
  if (url === undefined || url.host === null || url.mailbox === null) return 'malformed'
  const access = url.auth?.access
  if (url.user === null || !isOwnUrl(url, ports) || access === undefined) return 'foreign'
  if (access.is !== 'submit' || access.name.toLowerCase() !== ports.login.toLowerCase()) return 'foreign'
  if (!(await isProven(ports, url))) return 'notThere'
  return (await ownSection(ports, newSession, url)) ?? 'notThere'
}

/** `GENURLAUTH`, `RESETKEY`, `URLFETCH` (RFC 4467). */
import { imapUrl, type ImapUrl } from '@bulkhead/wire/imap/imap-url.ts'
import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { badReply, no, ok, string, untagged } from '@bulkhead/wire/imap/response.ts'
import { astring, bad, isAtEnd, keyword, space, type Parser } from '@bulkhead/wire/imap/scan.ts'
import { command, maybe } from '../command.ts'
import { urlMechanism } from '../urls/urlauth.ts'

/** URLs of one command. */
const urlsMax = 100

/** `item *(SP item)` */
const several =
  <T>(item: Parser<T>): Parser<readonly T[]> =>
  (scan) => {
    const items = [item(scan)]
    while (!isAtEnd(scan)) {
      space(scan)
      if (items.length >= urlsMax) bad('Too many URLs')
      items.push(item(scan))
    }
    return items
  }

/** `url-rump SP mechanism` */
const rump: Parser<{ readonly url: ImapUrl | undefined; readonly mechanism: string }> = (scan) => {
  const url = imapUrl(astring(scan))
  space(scan)
  return { url, mechanism: keyword(scan) }
}

const rumps = several(rump)
const ofMailbox = maybe(mailboxName)
const byMechanisms = maybe(several(keyword))
const urls = several(astring)

const isKnown = (url: ImapUrl | undefined): url is ImapUrl => url !== undefined

/** `GENURLAUTH 1*(SP url-rump SP mechanism)` */
export const genUrlAuth = command({
  name: 'GENURLAUTH',
  rfc: '4467 section 7',
  numbers: 'keeps',
  args: [rumps],
  asks: 'signUrls',
  decide(_, [asked]) {
    const signable = asked.map(({ url }) => url).filter(isKnown)
    if (signable.length < asked.length || signable.some(({ auth }) => auth === null || auth.proof !== null)) return badReply('Not a URL to be authorised')
    if (asked.some(({ mechanism }) => mechanism !== urlMechanism)) return badReply('No such mechanism')
    return { urls: signable }
  },
  reply: {
    done: ({ signed }) => [untagged(['GENURLAUTH', ...signed.map(string)].join(' ')), ok('GENURLAUTH completed')],
    notYourAddress: no('CANNOT', 'Not a URL of this account'),
  },
})

/** `RESETKEY [SP mailbox *(SP mechanism)]` */
export const resetKey = command({
  name: 'RESETKEY',
  rfc: '4467 section 7',
  numbers: 'keeps',
  args: [ofMailbox, byMechanisms],
  asks: 'resetKeys',
  decide: (_, [mailbox, named]) =>
    named?.every((name) => name === urlMechanism) === false ? badReply('No such mechanism') : { mailbox: mailbox ?? null },
  reply: {
    done: (_answer, _after, [mailbox]) =>
      [mailbox === undefined ? ok('All keys are gone') : ok('The key is gone', `URLMECH ${urlMechanism}`)],
  },
})

/** `URLFETCH 1*(SP url-full)` */
export const urlFetch = command({
  name: 'URLFETCH',
  rfc: '4467 section 7',
  numbers: 'keeps',
  args: [urls],
  asks: 'fetchUrls',
  decide: ({ session }, [asked]) => ({ session, urls: asked }),
  reply: { done: ({ pieces }) => ({ is: 'stream', pieces }) },
})

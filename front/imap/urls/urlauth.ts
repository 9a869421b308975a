/**
 * URLAUTH (RFC 4467): URLs that let others fetch a message. Each mailbox has a key of its own, sealed with the account's journal;
 * the mechanism INTERNAL signs the URL's text with it. Only URLs of the account that is logged in can be fetched: a mailroom has
 * no other account's key.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { MailAccount, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import { refuse, type Refused } from '@bulkhead/mail/refusal.ts'
import { imapUrl, type ImapUrl, type UrlAuth } from '@bulkhead/wire/imap/imap-url.ts'
import { ok, string } from '@bulkhead/wire/imap/response.ts'
import { CutShort } from '../fetch/long-line.ts'
import type { Pieces } from '../fetch/pieces.ts'
import { mailboxNamed, type Ports } from '../ports.ts'
import type { Session } from '../session.ts'
import { isOwnUrl, ownSection, type UrlPorts } from './own-section.ts'

/** Where a mailbox's key is kept: beside `/private` and `/shared`, so that METADATA never names it. */
const keyEntry = '/urlauth/internal'
const keyBytes = 32
/** First octet of a token: how it was made. */
const byHmacSha256 = '01'

export const urlMechanism = 'INTERNAL'

const tokenOf = (key: Buffer, rump: string): string => byHmacSha256 + createHmac('sha256', key).update(rump, 'latin1').digest('hex')

type NoKey = Extract<Awaited<ReturnType<MailAccount['annotate']>>, Refused>

/** The mailbox's key, made where there is none. */
const keyOf = async ({ account }: Ports, mailbox: MailboxState): Promise<Buffer | NoKey> => {
  const known = mailbox.annotations.get(keyEntry)
  if (known !== undefined) return known
  const answer = await account.annotate(mailbox.id, [{ entry: keyEntry, value: randomBytes(keyBytes) }])
  if (answer.is === 'refused') return answer
  return account.state().mailboxes.get(mailbox.id)?.annotations.get(keyEntry) ?? refuse('noSuchMailbox')
}

/** A rump this account may sign: absolute, with its own login. */
const isSignable = (url: ImapUrl, ports: Ports): boolean =>
  url.host !== null && url.user !== null && url.mailbox !== null && url.auth !== null && url.auth.proof === null && isOwnUrl(url, ports)

export const signUrls = async (ports: Ports, { urls }: { readonly urls: readonly ImapUrl[] }):
  Promise<{ readonly is: 'done'; readonly signed: readonly string[] } | NoKey | Refused<'notYourAddress'>> => {
  if (!urls.every((url) => isSignable(url, ports))) return refuse('notYourAddress')
  const signed: string[] = []
  for (const { mailbox: name, uidValidity, auth } of urls) {
    const mailbox = await mailboxNamed(ports.account, name ?? '')
    if (mailbox === undefined || (uidValidity !== null && uidValidity !== mailbox.uidValidity)) return refuse('noSuchMailbox')
    const key = await keyOf(ports, mailbox)
    if ('is' in key) return key
    const rump = auth?.rump ?? ''
    signed.push(`${rump}:${urlMechanism}:${tokenOf(key, rump)}`)
  }
  return { is: 'done', signed }
}

/** Every URL signed before is worth nothing from here on: of one mailbox, or of all. */
export const resetKeys = async (ports: Ports, { mailbox: name }: { readonly mailbox: string | null }):
  Promise<{ readonly is: 'done' } | NoKey> => {
  const named = name === null ? undefined : await mailboxNamed(ports.account, name)
  if (name !== null && named === undefined) return refuse('noSuchMailbox')
  const mailboxes = named === undefined ? [...(await ports.account.refresh()).mailboxes.values()] : [named]
  for (const mailbox of mailboxes) {
    if (!mailbox.annotations.has(keyEntry)) continue
    const answer = await ports.account.annotate(mailbox.id, [{ entry: keyEntry, value: null }])
    if (answer.is === 'refused' && answer.why !== 'noSuchMailbox') return answer
  }
  return { is: 'done' }
}

/** `submit+` is for submission servers alone, which no account's login is. */
const mayFetch = ({ access }: UrlAuth, login: string): boolean =>
  access.is === 'user' ? access.name.toLowerCase() === login.toLowerCase() : access.is !== 'submit'

const mayBeFetched = ({ auth }: ImapUrl, login: string): boolean => auth !== null && mayFetch(auth, login)

/** Signed with its mailbox's key, and in time. Who may use it is another question. */
export const isProven = async ({ account, clock }: Pick<UrlPorts, 'account' | 'clock'>, url: ImapUrl): Promise<boolean> => {
  const { auth, mailbox: name } = url
  if (auth === null || auth.proof?.mechanism !== urlMechanism || name === null) return false
  if (auth.expiresAtMs !== null && auth.expiresAtMs <= clock.now()) return false
  const key = (await mailboxNamed(account, name))?.annotations.get(keyEntry)
  if (key === undefined) return false
  const right = Buffer.from(tokenOf(key, auth.rump), 'latin1')
  const given = Buffer.from(auth.proof.token, 'latin1')
  return right.length === given.length && timingSafeEqual(right, given)
}

/** `URLFETCH 1*(SP url-full SP nstring)`; NIL whatever the reason, so that nobody learns which. */
async function* fetched(ports: Ports, session: Session, given: readonly Buffer[]): Pieces {
  let head = '* URLFETCH'
  let hasBegun = false
  try {
    for (const bytes of given) {
      const url = imapUrl(bytes)
      const isOpen = url !== undefined && url.user !== null && isOwnUrl(url, ports) && mayBeFetched(url, ports.login) && (await isProven(ports, url))
      await using section = isOpen ? await ownSection(ports, session, url) : undefined
      head += ` ${string(bytes.toString('latin1'))} ${section === undefined ? 'NIL' : `{${section.sizeBytes}}\r\n`}`
      if (section === undefined) continue
      // Kept back until the first bytes are there, so that most faults find nothing sent.
      for await (const block of section.blocks()) {
        hasBegun = true
        yield [head, block]
        head = ''
      }
    }
  } catch (error) {
    throw hasBegun ? new CutShort('fault inside a response', { cause: error }) : error
  }
  yield [`${head}\r\n`]
  return ok('URLFETCH completed')
}

export const fetchUrls = async (ports: Ports, { session, urls }: { readonly session: Session; readonly urls: readonly Buffer[] }):
  Promise<{ readonly is: 'done'; readonly pieces: Pieces }> => ({ is: 'done', pieces: fetched(ports, session, urls) })

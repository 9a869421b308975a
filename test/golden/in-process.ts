/** Sessions in this process over an account in memory: nothing between client and session but a pair of streams. */
import { once } from 'node:events'
import { duplexPair, type Duplex } from 'node:stream'
import { systemClock, type Clock } from '@bulkhead/base/clock.ts'
import { newAccountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import { imap } from '@bulkhead/front/imap/connection.ts'
import { unheard } from '@bulkhead/front/reporting/person-reporter.ts'
import type { SessionCommon } from '@bulkhead/front/mailroom/session.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { openAccounts } from '@bulkhead/mail/account/open-accounts.ts'
import { memoryStore } from '@bulkhead/mail/journal/memory-store.ts'
import { sharing } from '@bulkhead/mail/sharing/sharing.ts'
import { memoryShares } from '@bulkhead/mail/sharing/testing/memory-shares.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { lineClient } from './line-client.ts'
import type { Client, World } from './world.ts'

const imapSession = imap({ reports: unheard })

const here = 'alice@one.example'
const nextDoor = 'bob@one.example'

export const testLimits: MailLimits = {
  messageBytesMax: 100_000, recipientsMax: 10, connectionsMax: 100, connectionsPerPeerMax: 100,
}

/** What a session of any protocol is given, over this socket. */
export const commonOf = (
  socket: Duplex,
  account: AccountHandle,
  limits: MailLimits,
  stopping: AbortSignal,
): SessionCommon => ({
  socket,
  firstBytes: Buffer.alloc(0),
  who: { account, login: here, loginIndex: Buffer.alloc(32) },
  picture: null,
  language: '',
  utf8: false,
  gatehouse: () => undefined,
  tag: '',
  helo: '',
  peer: '127.0.0.1',
  tls: true,
  hostName: 'mail.one.example',
  jmapUrl: 'https://mail.one.example/jmap/session',
  limits,
  clock: systemClock,
  log: silentLog,
  meter: meter(),
  stopping,
})

export interface InProcess {
  readonly client: Client
  readonly socket: Duplex
  /** Resolves when the session is over. */
  readonly ended: Promise<void>
  /** As when the process stops. */
  stop(): void
  /** As when the client's end is closed: a pair of streams does not tell the other. */
  hangUp(): void
}

/** Plays the gate: refuses all but a LOGIN, and lets everybody in. Undefined where the client ends. */
const nextLogin = async (socket: Duplex, unread: Buffer): Promise<{ readonly tag: string; readonly rest: Buffer } | undefined> => {
  let held = unread
  for (;;) {
    const lineEnd = held.indexOf('\r\n')
    const [tag = '', name = ''] = held.toString('latin1', 0, Math.max(0, lineEnd)).split(' ')
    if (lineEnd >= 0) held = held.subarray(lineEnd + 2)
    if (name === 'LOGIN') return { tag, rest: held }
    if (lineEnd >= 0) socket.write(`${tag} BAD Log in first\r\n`)
    else {
      const [chunk] = await once(socket.resume(), 'data')
      held = Buffer.concat([held, chunk])
      socket.pause()
    }
  }
}

/** Runs a session; gives the client's end. Reads the login's answer. */
export const sessionOf = async (
  account: MailAccount,
  limits: MailLimits = testLimits,
  login: string = here,
  clock: Clock = systemClock,
): Promise<InProcess> => {
  const [ours, theirs] = duplexPair()
  const stopping = new AbortController()
  const given = commonOf(ours, account.account, limits, stopping.signal)
  const common = { ...given, clock, who: { ...given.who, login } }
  const serve = async (tag: string, firstBytes: Buffer): Promise<void> => {
    if (imapSession.opens !== 'account') throw new Error('IMAP needs an account')
    let unread: Buffer | undefined
    const logInAgain = async (bytes: Buffer): Promise<void> => void (unread = bytes)
    await imapSession.run({ ...common, tag, firstBytes, account, gatehouse: () => ({ park: async () => false, logInAgain }) })
    const again = unread === undefined ? undefined : await nextLogin(ours, unread)
    if (again !== undefined) await serve(again.tag, again.rest)
  }
  const ended = serve('login', Buffer.alloc(0)).finally(() => ours.destroy())
  const client = lineClient(theirs)
  const greeting = await client.line()
  if (!greeting.startsWith('login OK [CAPABILITY IMAP4rev1 ')) throw new Error(`unexpected greeting: ${greeting}`)
  return { socket: theirs, ended, client, stop: () => stopping.abort(), hangUp: () => void ours.destroy() }
}

export interface MemoryAccount {
  readonly account: MailAccount
  readonly publicKey: Uint8Array
  close(): Promise<void>
}

/** Accounts of their own, empty, in memory: the first is alice, and bob is of the same brand. */
const memoryAccounts = (quotaBytes: number | null, quotaMessages: number | null = null) => {
  const { journal, blobs, life } = memoryStore()
  const shares = memoryShares(life)
  const ports = { sealing: realSealing, clock: systemClock, log: silentLog }
  const accounts = openAccounts({ ...ports, store: journal, blobs, messageBytesMax: testLimits.messageBytesMax })
  const shared = sharing({
    ...ports, accounts, directory: shares.directory, journals: shares.journals,
    indexOf: async (address) => Buffer.from(address),
    wakeParked: () => undefined,
  })
  return async (login: string): Promise<MemoryAccount> => {
    const account = newAccountHandle()
    await life.openJournal(account, quotaBytes)
    await life.setMessageQuota(account, quotaMessages)
    const { publicKey, privateKey } = realSealing.newKeyPair()
    shares.know(login, 'one', { account, publicKey })
    const { mail, release } = await shared.acquire(account, privateKey, login)
    return { account: mail, publicKey, close: release }
  }
}

/** An account of its own, empty, in memory. */
export const memoryAccount = (quotaBytes: number | null = null, quotaMessages: number | null = null): Promise<MemoryAccount> =>
  memoryAccounts(quotaBytes, quotaMessages)(here)

export const memoryNeighbours = async (): Promise<MemoryAccount & { readonly neighbour: MailAccount }> => {
  const open = memoryAccounts(null)
  const [first, second] = [await open(here), await open(nextDoor)]
  return {
    account: first.account,
    publicKey: first.publicKey,
    neighbour: second.account,
    async close() {
      await first.close()
      await second.close()
    },
  }
}

export const inProcessWorld = (account: MailAccount, neighbour?: MailAccount): World => ({
  words: [['login', here], ['neighbour', nextDoor], ['password', 'secret']],
  connect: async () => (await sessionOf(account)).client,
  ...(neighbour !== undefined && {
    neighbour: { connect: async () => (await sessionOf(neighbour, testLimits, nextDoor)).client },
  }),
})

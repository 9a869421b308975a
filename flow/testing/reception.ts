/** A whole reception over in-memory ports, on Unix sockets of its own: what its tests and its measurement stand on. */
import { randomUUID } from 'node:crypto'
import { systemClock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { newAccountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import type { ReceptionPolicy } from '@bulkhead/door/contracts/start.ts'
import type { AccountState } from '@bulkhead/door/contracts/desk.ts'
import { deliveryKeys } from '@bulkhead/mail/account/arrival.ts'
import { filterListKey } from '@bulkhead/mail/filtering/entries.ts'
import type { ArcSealer } from '@bulkhead/mail/dkim/arc-sealer.ts'
import { noFilter } from '@bulkhead/mail/ports/directory.ts'
import { memoryStore } from '@bulkhead/mail/journal/memory-store.ts'
import type { JournalWriter } from '@bulkhead/mail/ports/journal-store.ts'
import type { DmarcNote } from '@bulkhead/mail/ports/dmarc-results.ts'
import type { Tracer, TraceNote } from '@bulkhead/mail/ports/trace.ts'
import { defaultReception } from '@bulkhead/run/config/reception.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import type { WatchEvent } from '@bulkhead/door/contracts/watch.ts'
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { memoryRules } from '@bulkhead/mail/rules/memory-rules.ts'
import { sealRules, type DeliveryRules } from '@bulkhead/mail/rules/delivery-rules.ts'
import { filtering } from '../filtering/filtering.ts'
import { ruleBook } from '../filtering/rule-book.ts'
import { judge, type JudgePorts } from '../reception/judging/judge.ts'
import { contentMemory } from '../reception/content-memory.ts'
import { memoryDirectory } from '../reception/memory-directory.ts'
import { memoryQueue } from '../relay/memory-queue.ts'
import { recipients } from '../reception/recipients.ts'
import { serveReception } from '../reception/serve.ts'
import type { ReportMessage, Taken } from '../reports/reading.ts'
import type { Dns } from '../resolving/dns.ts'
import { greylisting } from '../reception/peer/greylisting.ts'
import { memoryGreylist } from '../reception/peer/memory-greylist.ts'
import { refusedNotes } from '../reception/peer/refused-notes.ts'
import { peers } from '../reception/peer/peers.ts'
import { zoneDns } from './zone.ts'
import { openedMail } from './opened-mail.ts'

export interface TestAccount {
  readonly account: AccountHandle
  readonly privateKey: Secret<Buffer>
}

/** The machine's clock, which tests may put forward. */
const shiftedClock = () => {
  let shiftMs = 0
  return {
    now: () => systemClock.now() + shiftMs,
    advance: (ms: number) => void (shiftMs += ms),
  }
}

const hostName = 'mx1.hikari.example'
/** Then the reader has no room. */
const reportsTakenMax = 2

interface PeerJudging {
  readonly dns?: Dns
  readonly sealer?: ArcSealer
  readonly reception?: Partial<ReceptionPolicy>
}

/** Seals for nobody. */
const noSealer: ArcSealer = { signs: async () => false, sealFor: async () => '' }

export const testReception = async (messageBytesMax = 1_000_000, contentBytesMax = 50_000_000, judging: Partial<JudgePorts> = {}, peer: PeerJudging = {}) => {
  const { dns = zoneDns({}), sealer = noSealer } = peer
  const policy = () => ({ ...defaultReception, ...peer.reception })
  const alarms: string[] = []
  const notes: TraceNote[] = []
  const tracer: Tracer = { note: (note) => void notes.push(note) }
  const store = memoryStore()
  const clock = shiftedClock()
  const lookup = memoryDirectory(['hikari.example'])
  const queue = memoryQueue(systemClock)
  const queueKeys = realSealing.newKeyPair()
  const sick = new Set<AccountHandle>()
  const woken: AccountHandle[] = []
  const news: { readonly account: AccountHandle; readonly types: readonly string[] }[] = []
  const journal: JournalWriter = {
    ...store.journal,
    async append(append) {
      if (sick.has(append.account)) throw new Fault('databaseAway', 'switched off')
      return store.journal.append(append)
    },
  }
  const { directory, vault } = lookup
  const listKey = filterListKey(Buffer.alloc(32, 9))
  const meters = meter()
  const told: Omit<WatchEvent, 'at'>[] = []
  const dmarcNotes: DmarcNote[] = []
  const reports: ReportMessage[] = []
  const heard = (report: ReportMessage): Taken => {
    if (Buffer.from(report.message).includes('no report')) return 'noReport'
    return reports.push(report) <= reportsTakenMax ? 'taken' : 'busy'
  }
  const rules = memoryRules(clock)
  const rulesKeys = realSealing.newKeyPair()
  const signer = { signs: async () => true, fieldsFor: async (domain: string) => `DKIM-Signature: d=${domain}\r\n` }
  const memory = contentMemory(contentBytesMax, messageBytesMax)
  const paths = { gate: `/tmp/h-flow-${randomUUID()}.sock`, courier: `/tmp/h-flow-${randomUUID()}.sock` }
  const doors = [
    { caller: 'gate', path: paths.gate },
    { caller: 'courier', path: paths.courier },
  ] as const
  const serving = await serveReception(doors, {
    sealing: realSealing,
    keys: deliveryKeys(realSealing, systemClock),
    journal,
    blobs: store.blobs,
    log: silentLog,
    queue,
    queuePublicKey: queueKeys.publicKey,
    signer,
    filtering: filtering({
      rules, queue, signer, clock, log: silentLog, meter: meters, sealing: realSealing, queuePublicKey: queueKeys.publicKey,
      book: ruleBook({ rules, sealing: realSealing, privateKey: rulesKeys.privateKey, log: silentLog }),
      pseudonym: pseudonymizer(secret(Buffer.alloc(32, 5))), markKey: secret(Buffer.alloc(32, 6)),
    }),
    news: { changed: (account, _head, types) => void news.push({ account, types: [...types] }) },
    waker: { grew: (accounts) => void woken.push(...accounts), [Symbol.dispose]() {} },
    clock: systemClock,
    meter: meters,
    memory,
    judge: judge({ authenticator: null, scanners: [], meter: meters, log: silentLog, tell: (event) => void told.push(event), ...judging }),
    hearing: { dmarc: { note: (noted) => void dmarcNotes.push(noted) }, reader: { take: (report) => heard({ ...report, message: Buffer.from(report.message) }) } },
    tracer,
    refusedNotes: refusedNotes(tracer, clock),
    sealer,
    digestKey: secret(Buffer.alloc(32, 7)),
    recipients: recipients({ vault, directory, journal: store.journal, clock, hostName, listKey, reportNames: new Set(['dmarc-reports']) }),
    peers: peers({ dns, clock, hostName, policy, alarm: (zone, trouble) => void alarms.push(`${zone} ${trouble}`) }),
    greylisting: greylisting({ dns, clock, hostName, greylist: memoryGreylist(clock), key: secret(Buffer.alloc(32, 9)), log: silentLog, policy }),
    policy: { hostName, messageBytesMax, recipientsMax: 100 },
  })
  const mailIn = async ({ account, privateKey }: TestAccount, mailbox: string): Promise<readonly string[]> => {
    const messages = await openedMail({ sealing: realSealing, journal: store.journal, blobs: store.blobs }, account, privateKey, mailbox)
    return messages.map((message) => message.toString('latin1'))
  }
  return {
    paths,
    /** Of DNS lists: zone and trouble. */
    alarms,
    clock,
    memory,
    listKey,
    told,
    dmarcNotes,
    /** What came to report addresses. */
    reports,
    /** What the trace was told. */
    notes,
    queue,
    queueKeys,
    lookup,
    store,
    sick,
    woken,
    /** What push subscriptions would be told. */
    news,
    async addAccount(addresses: readonly string[], state: AccountState = 'active', quotaBytes: number | null = null, filter = noFilter): Promise<TestAccount> {
      const account = newAccountHandle()
      const { publicKey, privateKey } = realSealing.newKeyPair()
      await store.life.openJournal(account, quotaBytes)
      for (const address of addresses) lookup.add(address, { account, state, publicKey, brand: 'hikari', filter })
      return { account, privateKey }
    },
    rules,
    rulesKeys,
    /** From the next message on. */
    async setRules({ account }: TestAccount, given: Partial<DeliveryRules>): Promise<void> {
      const whole = { script: null, included: [], vacation: null, forwarding: null, own: [], mailboxes: [], specialUses: [], mailboxIds: [], ...given }
      await rules.setRules(account, sealRules(realSealing, rulesKeys.publicKey, account, whole))
    },
    mailOf: (of: TestAccount): Promise<readonly string[]> => mailIn(of, 'INBOX'),
    mailIn,
    [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose](),
  }
}

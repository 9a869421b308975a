/**
 * Vault, warden and desk of one cell as they run, over real sockets, with the directory in memory and a cheap Argon2: what
 * the tests of logins and accounts stand on.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manualClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { QueueAdmin } from '@bulkhead/mail/ports/queue-admin.ts'
import type { DeskVerbs } from '@bulkhead/door/contracts/desk.ts'
import type { Pass, Renewal } from '@bulkhead/door/contracts/mailroom.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import { filterListKey } from '@bulkhead/mail/filtering/entries.ts'
import { traceKeys } from '@bulkhead/mail/trace/keys.ts'
import type { WatchEvent } from '@bulkhead/door/contracts/watch.ts'
import { serveDoor } from '@bulkhead/door/server.ts'
import type { Reply } from '@bulkhead/door/verbs.ts'
import type { ReceivedReport } from '@bulkhead/mail/ports/reports.ts'
import { noticePace } from '@bulkhead/desk/notice-pace.ts'
import { newNoticeKeyPair, noticeSigner } from '@bulkhead/mail/reading/official.ts'
import type { NoticeVerbs } from '@bulkhead/door/contracts/notice.ts'
import { deskHandlers } from '@bulkhead/desk/handlers.ts'
import { vaultWith } from '@bulkhead/run/processes/vault.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { realRows, type RowSealing } from '@bulkhead/seal/rows.ts'
import { argon2id } from '@bulkhead/warden/argon2.ts'
import { boundedHasher, type Argon, type Params } from '@bulkhead/warden/hasher.ts'
import { passInfo, renewalInfo } from '@bulkhead/warden/passes.ts'
import { passwordRule } from '@bulkhead/warden/password-rule.ts'
import { recentlyVerified } from '@bulkhead/warden/recently-verified.ts'
import { wardenHandlers } from '@bulkhead/warden/handlers.ts'
import { memoryDirectory, memoryLife } from './memory-directory.ts'
import { memoryPlans } from './memory-plans.ts'

export const cheapParams: Params = { m: 64, t: 1, p: 1 }
export const vaultBudgets = { wrongPerAccountHour: 10, unwrapsPerSecond: 200, addressesPerHour: 3, tracesPerHour: 3 }

export interface CellOptions {
  readonly params?: Params
  readonly escrowPublicKey?: Buffer
  readonly rows?: RowSealing
}

const noTrace = { find: async () => [], notesOf: async () => [] }
const noQueue: QueueAdmin = {
  list: async () => [],
  summary: async () => [],
  act: async () => undefined,
  actOnAll: async () => ({ last: null, recipients: 0 }),
  pause: async () => undefined,
  holdSender: async () => 0,
}

export const startCell = async ({ params = cheapParams, escrowPublicKey, rows = realRows }: CellOptions = {}) => {
  const files = mkdtempSync(join(tmpdir(), 'cell-'))
  const path = (name: string): string => join(files, name)
  const clock = manualClock(Date.UTC(2026, 10, 21))
  const events: Omit<WatchEvent, 'at'>[] = []
  const tell = (event: Omit<WatchEvent, 'at'>): void => void events.push(event)
  const directory = memoryDirectory()
  const life = memoryLife()
  const blobsRemoved: string[] = []
  const mailroomKeys = realSealing.newKeyPair()
  const common = { log: silentLog, meter: meter(), clock, tell }
  let hashes = 0
  const countedArgon: Argon = (password, salt, given) => {
    hashes += 1
    return argon2id(password, salt, given)
  }

  const startVault = () =>
    vaultWith(rows)(
      {
        process: 'vault', cell: 'one', logLevel: 'error', knocks: {}, pseudonymKey: '', tracePublicKey: '', budgets: vaultBudgets,
        serves: { warden: path('vault-warden'), desk: path('vault-desk'), mailroom: path('vault-mailroom') },
        keyTable: path('keys.sqlite'), rootFile: path('root'), unsealSecret: Buffer.from('unseal').toString('base64'),
      },
      { ...common, sealing: realSealing },
    )
  let vault = await startVault()

  const wardenVault = knock<VaultVerbs>(path('vault-warden'))
  const wardenParts = {
    ...common, vault: wardenVault, directory, sealing: realSealing, hash: boundedHasher(countedArgon, 2), params,
    verified: recentlyVerified(clock), rule: passwordRule, escrowPublicKey: escrowPublicKey ?? null,
    mailrooms: () => [{ name: 'mailroom', publicKey: mailroomKeys.publicKey.toString('base64'), path: '' }],
    pseudonym: pseudonymizer(secret(randomBytes(32))),
  }
  const wardenDoor = await serveDoor(
    [{ caller: 'gate', path: path('warden-gate') }, { caller: 'desk', path: path('warden-desk') }] as const,
    wardenHandlers(wardenParts), silentLog,
  )
  const deskVault = knock<VaultVerbs>(path('vault-desk'))
  const mailroomVault = knock<VaultVerbs>(path('vault-mailroom'))
  const deskWarden = knock<WardenVerbs>(path('warden-desk'))
  const blobs = { removeAll: async (account: string) => void blobsRemoved.push(account) }
  const dns = new Map<string, readonly string[]>()
  const reports: ReceivedReport[] = []
  const notices: NoticeVerbs['notice']['ask'][] = []
  /** What mailrooms were told of sessions that end. */
  const cutOff: (readonly [verb: string, ...of: readonly string[]])[] = []
  const deskParts = {
    ...common, vault: deskVault, warden: deskWarden, directory, life, blobs, queue: noQueue, trace: noTrace, traceKeys: traceKeys(secret(randomBytes(32))),
    plans: memoryPlans((account) => directory.accounts.get(account)?.row.publicKey),
    sealing: realSealing,
    pseudonym: pseudonymizer(secret(randomBytes(32))),
    listKey: filterListKey(randomBytes(32)),
    signNotice: noticeSigner(newNoticeKeyPair().privateKey),
    noticePace: noticePace(clock),
    intake: {
      async ask(_verb: 'notice', ask: NoticeVerbs['notice']['ask']): Promise<Reply<NoticeVerbs['notice']>> {
        notices.push(ask)
        return { is: 'answered', answer: { fates: ask.recipients.map(() => 'stored') } }
      },
    },
    txt: async (name: string) => dns.get(name),
    reports: { of: async (domain: string, sinceMs: number) => reports.filter((report) => report.domain === domain && report.beginMs >= sinceMs) },
    personReports: { of: async () => [] },
    outside: { query: async () => ({ is: 'away' as const }), policy: async () => ({ policy: null, problem: 'nobody was asked' }) },
    mailrooms: [{
      async ask(verb: string, ask: { readonly accounts: readonly AccountHandle[] } | { readonly account: AccountHandle; readonly credential: string }): Promise<{ is: 'answered'; answer: Record<never, never> }> {
        cutOff.push('accounts' in ask ? [verb, ...ask.accounts] : [verb, ask.account, ask.credential])
        return { is: 'answered', answer: {} }
      },
    }],
    host: () => ({ hostName: 'mx.one.example', address: null, egress: [], portBase: 0, stsId: null, keyDigest: '' }),
  }
  const deskDoor = await serveDoor([{ caller: 'cli', path: path('desk-cli') }], deskHandlers(deskParts), silentLog)
  const desk = knock<DeskVerbs>(path('desk-cli'))
  const gate = knock<WardenVerbs>(path('warden-gate'))

  const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')
  const login = (name: string, password: string) =>
    gate.ask('authenticate', { protocol: 'imap', login: name, password: encode(password), peer: '192.0.2.1', tls: true })
  const openPass = ({ pass }: { readonly pass: string }, key: Secret<Uint8Array> = mailroomKeys.privateKey): Pass =>
    JSON.parse(realSealing.openWith(key, passInfo, Buffer.from(pass, 'base64')).toString())

  const openRenewal = (text: string): Renewal => JSON.parse(realSealing.openWith(mailroomKeys.privateKey, renewalInfo, Buffer.from(text, 'base64')).toString())

  return {
    cutOff,
    openRenewal,
    files, clock, events, dns, reports, notices, directory, life, blobsRemoved, desk, gate, deskVault, mailroomVault, login, openPass, wardenParts, deskParts,
    hashes: () => hashes,
    /** The answer, or a failed test. */
    async granted<K extends keyof DeskVerbs>(verb: K, ask: DeskVerbs[K]['ask']): Promise<DeskVerbs[K]['answer']> {
      const reply: Reply<DeskVerbs[K]> = await desk.ask(verb, ask)
      if (reply.is === 'refused') throw new Error(`${verb}: ${reply.refusal}`)
      return reply.answer
    },
    accountAdd: (address: string, password: string) => desk.ask('accountAdd', { address, password: encode(password), quotaBytes: null }),
    passwordChange: (address: string, oldPassword: string, newPassword: string, proof = false) =>
      desk.ask('passwordChange', { address, oldPassword: encode(oldPassword), newPassword: encode(newPassword), proof }),
    async restartVault(): Promise<void> {
      await vault[Symbol.asyncDispose]()
      vault = await startVault()
      // Those who knocked before notice that the door closed.
      await new Promise((resolve) => setTimeout(resolve, 20))
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const door of [desk, gate, deskVault, mailroomVault, deskWarden, wardenVault]) door[Symbol.dispose]()
      await deskDoor[Symbol.asyncDispose]()
      await wardenDoor[Symbol.asyncDispose]()
      await vault[Symbol.asyncDispose]()
      rmSync(files, { recursive: true })
    },
  }
}

export type Cell = Awaited<ReturnType<typeof startCell>>

/** A cell with one brand, one domain and one account: taro, whose password is `correct horse`. */
export const startCellWithTaro = async (options: CellOptions = {}): Promise<Cell> => {
  const cell = await startCell(options)
  await cell.granted('brandAdd', { brand: 'one', name: 'One' })
  await cell.granted('domainAdd', { domain: 'one.example', brand: 'one' })
  const added = await cell.accountAdd('Taro@one.example', 'correct horse')
  if (added.is === 'refused') throw new Error(added.refusal)
  return cell
}

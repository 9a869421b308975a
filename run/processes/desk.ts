/** The desk of a cell: what the ISP does with brands, domains, accounts and the queue. */
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { secret } from '@bulkhead/base/secret.ts'
import type { Desk } from '@bulkhead/desk/desk.ts'
import { deskHandlers } from '@bulkhead/desk/handlers.ts'
import { noticePace } from '@bulkhead/desk/notice-pace.ts'
import { tellOwedNotices } from '@bulkhead/desk/owed-notices.ts'
import { tendSigners } from '@bulkhead/desk/signers/tending.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { MailroomVerbs } from '@bulkhead/door/contracts/mailroom.ts'
import type { NoticeVerbs } from '@bulkhead/door/contracts/notice.ts'
import type { DnsAnswer, DnsRecords, DnsType, ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import { serveDoor } from '@bulkhead/door/server.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import { filterListKey } from '@bulkhead/mail/filtering/entries.ts'
import { noticeSigner } from '@bulkhead/mail/reading/official.ts'
import { traceKeys } from '@bulkhead/mail/trace/keys.ts'
import type { Outside } from '@bulkhead/mail/domain/outside.ts'
import { directoryBlobs } from '@bulkhead/store/blobs/directory-blobs.ts'
import { accountLife } from '@bulkhead/store/directory/account-life.ts'
import { deskDirectory } from '@bulkhead/store/directory/desk-directory.ts'
import { planDirectory } from '@bulkhead/store/directory/plan-directory.ts'
import { personReportsReader } from '@bulkhead/store/reports/person-reports.ts'
import { receivedReportsReader } from '@bulkhead/store/reports/received-reports.ts'
import { queueAdmin } from '@bulkhead/store/queue/queue-admin.ts'
import { traceReader } from '@bulkhead/store/trace/trace-reader.ts'
import { openDatabase } from '@bulkhead/store/sql/database.ts'
import type { Role } from './role.ts'
import { knockAtAll } from './ways.ts'

const sessionsMax = 2

/** Never from a cache: whoever asks has just changed something, or looks once in hours. */
const freshThrough = (scout: Door<ScoutVerbs> | undefined): Outside['query'] =>
  async <T extends DnsType>(name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>> => {
    const reply = await scout?.ask('query', { name, type, fresh: true }).catch(() => undefined)
    return reply?.is === 'answered' ? (reply.answer.answer as DnsAnswer<DnsRecords[T]>) : { is: 'away' }
  }

const txtBy = (query: Outside['query']): Desk['txt'] =>
  async (name) => {
    const answer = await query(name, 'TXT')
    if (answer.is === 'away') return undefined
    return answer.is === 'found' ? answer.records : []
  }

const policyThrough = (scout: Door<ScoutVerbs> | undefined): Outside['policy'] =>
  async (domain) => {
    const reply = await scout?.ask('policy', { domain }).catch(() => undefined)
    return reply?.is === 'answered' ? reply.answer : { policy: null, problem: 'nobody could be asked' }
  }

export const desk: Role<'desk'> = async (start, { log, meter, clock, tell, sealing }) => {
  const vault = knock<VaultVerbs>(start.knocks['vault'] ?? '')
  const warden = knock<WardenVerbs>(start.knocks['warden'] ?? '')
  const scout = start.knocks['scout'] === undefined ? undefined : knock<ScoutVerbs>(start.knocks['scout'])
  const mailrooms = knockAtAll<MailroomVerbs>(start.knocks, 'mailroom')
  const intakePath = start.knocks['intake']
  const intake = intakePath === undefined ? undefined : knock<NoticeVerbs>(intakePath)
  let { host } = start
  const query = freshThrough(scout)
  const database = (url: string) => openDatabase({ url: secret(url), name: 'desk', sessionsMax })
  const directory = database(start.directoryUrl)
  const mail = database(start.mailUrl)
  const queue = database(start.queueUrl)
  const blobs = directoryBlobs(start.blobs)
  const parts = {
    vault, warden, mailrooms, blobs, clock, meter, tell,
    directory: deskDirectory(directory),
    plans: planDirectory(directory),
    sealing,
    pseudonym: pseudonymizer(secret(Buffer.from(start.pseudonymKey, 'base64'))),
    life: accountLife(mail, blobs),
    queue: queueAdmin(queue),
    reports: receivedReportsReader(queue),
    personReports: personReportsReader(queue),
    trace: traceReader(queue),
    traceKeys: traceKeys(secret(Buffer.from(start.pseudonymKey, 'base64'))),
    listKey: filterListKey(Buffer.from(start.pseudonymKey, 'base64')),
    signNotice: noticeSigner(secret(Buffer.from(start.noticePrivateKey, 'base64'))),
    noticePace: noticePace(clock),
    intake: intake ?? null,
    txt: txtBy(query),
    outside: { query, policy: policyThrough(scout) },
    host: () => host,
  }
  const handlers = deskHandlers(parts)
  const doors = Object.entries(start.serves).map(([caller, path]) => ({ caller, path }))
  const door = await serveDoor(doors, handlers, log)
  const tending = tendSigners(parts, log)
  const telling = tellOwedNotices(parts, log)
  return {
    apply(change) {
      if (change.say === 'host') host = change.host
    },
    async [Symbol.asyncDispose]() {
      tending[Symbol.dispose]()
      await telling[Symbol.asyncDispose]()
      await door[Symbol.asyncDispose]()
      for (const one of [directory, mail, queue]) await one[Symbol.asyncDispose]()
      for (const knocked of [vault, warden, scout, intake, ...mailrooms]) knocked?.[Symbol.dispose]()
    },
  }
}

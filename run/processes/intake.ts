/**
 * `intake`: everything that arrives. It may append to journals and read none; it has no private key but that of its role, which opens delivery
 * rules (ADR 0028) and push subscriptions (ADR 0033).
 */
import { createHmac } from 'node:crypto'
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { WakeVerbs } from '@bulkhead/door/contracts/mailroom.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { NoticeVerbs } from '@bulkhead/door/contracts/notice.ts'
import { serveDoor } from '@bulkhead/door/server.ts'
import { waker } from '@bulkhead/door/waker.ts'
import { scannersOf } from '@bulkhead/flow/scanning/scanners.ts'
import { filtering } from '@bulkhead/flow/filtering/filtering.ts'
import { ruleBook } from '@bulkhead/flow/filtering/rule-book.ts'
import { contentMemory } from '@bulkhead/flow/reception/content-memory.ts'
import { judge } from '@bulkhead/flow/reception/judging/judge.ts'
import { peers } from '@bulkhead/flow/reception/peer/peers.ts'
import { greylisting } from '@bulkhead/flow/reception/peer/greylisting.ts'
import { refusedNotes } from '@bulkhead/flow/reception/peer/refused-notes.ts'
import type { ListTrouble } from '@bulkhead/flow/reception/peer/dns-lists.ts'
import { authentication } from '@bulkhead/flow/authentication/authenticate.ts'
import { recipients } from '@bulkhead/flow/reception/recipients.ts'
import { noticeHandlers } from '@bulkhead/flow/reception/notices.ts'
import { serveReception } from '@bulkhead/flow/reception/serve.ts'
import { receptionCallers } from '@bulkhead/flow/reception/session.ts'
import { domainSigner } from '@bulkhead/mail/dkim/domain-signer.ts'
import { deliveryKeys } from '@bulkhead/mail/account/arrival.ts'
import { doomedUntilNamed } from '@bulkhead/mail/journal/doomed-until-named.ts'
import { arcSealer } from '@bulkhead/mail/dkim/arc-sealer.ts'
import { filterListKey } from '@bulkhead/mail/filtering/entries.ts'
import { directoryBlobs, sweepIncoming } from '@bulkhead/store/blobs/directory-blobs.ts'
import { recipientDirectory } from '@bulkhead/store/directory/recipient-directory.ts'
import { rulesReader } from '@bulkhead/store/directory/rules-directory.ts'
import { openJournalStore } from '@bulkhead/store/journal/journal-store.ts'
import { queueWriter } from '@bulkhead/store/queue/queue-writer.ts'
import { storedGreylist } from '@bulkhead/store/reception/greylist.ts'
import { openDatabase } from '@bulkhead/store/sql/database.ts'
import { hearingOf } from './hearing.ts'
import { pushingOf } from './pushing.ts'
import type { Change, Role, RoleContext } from './role.ts'
import { scoutAt } from './scout-at.ts'
import { tracerOf } from './tracing.ts'
import { knockAtAll } from './ways.ts'

const directorySessionsMax = 4
const greylistSessionsMax = 1
const queueSessionsMax = 2
/** What messages under way may hold in memory, and how many of the largest kind at least. */
const contentBytesMax = 268_435_456
const largestHeldMin = 4
/** How often what writers that died left in the blob store is cleared away. */
const sweepEveryMs = 3_600_000

/** An operator has to know of a list that says nothing any more, or says it of everybody. */
const tellList = ({ log, meter, tell }: RoleContext, zone: string, trouble: ListTrouble): void => {
  log.warn('dnsListIgnored', { zone, trouble })
  meter.count('intake_dns_list_trouble', 1, { trouble })
  tell({ kind: 'reception.dnsList', outcome: `${zone}: ${trouble}` })
}

export const intake: Role<'intake'> = async (start, context) => {
  const { log, meter, clock, sealing } = context
  const { hostName, limits } = start
  const dns = scoutAt(start.knocks, clock)
  const vault = knock<VaultVerbs>(start.knocks['vault'] ?? '')
  const mailrooms = knockAtAll<WakeVerbs>(start.knocks, 'mailroom')
  const files = directoryBlobs(start.blobs)
  const journal = openJournalStore({ url: secret(start.mailUrl), blobs: files, prunesArrivals: true })
  const blobs = doomedUntilNamed(files, journal)
  const directories = openDatabase({ url: secret(start.directoryUrl), name: 'bulkhead intake', sessionsMax: directorySessionsMax })
  const queues = openDatabase({ url: secret(start.queueUrl), name: 'bulkhead intake', sessionsMax: queueSessionsMax })
  const keys = deliveryKeys(sealing, clock)
  const wakes = waker(mailrooms)
  const tracer = tracerOf(start, queues, context)
  const pseudonymKey = Buffer.from(start.pseudonymKey, 'base64')
  const digestKey = secret(createHmac('sha256', pseudonymKey).update('bulkhead arrival digest').digest())
  const listKey = filterListKey(pseudonymKey)
  const greylistKey = secret(createHmac('sha256', pseudonymKey).update('bulkhead greylist').digest())
  const greylists = openDatabase({ url: secret(start.mailUrl), name: 'bulkhead intake', sessionsMax: greylistSessionsMax })
  const greylist = storedGreylist(greylists)
  let { reception } = start
  const directory = recipientDirectory(directories)
  const rules = rulesReader(directories)
  const signer = domainSigner(vault, clock)
  const [queue, queuePublicKey] = [queueWriter(queues), Buffer.from(start.queuePublicKey, 'base64')]
  const news = pushingOf(start, directories, context)
  const hearing = hearingOf(start, { queues, dns, vault, directory }, context)
  const served = receptionCallers.flatMap((caller) => {
    const path = start.serves[caller]
    return path === undefined ? [] : [{ caller, path }]
  })
  const door = await serveReception(served, {
    sealing, keys, journal, blobs, log, clock, meter, digestKey,
    memory: contentMemory(Math.max(contentBytesMax, largestHeldMin * limits.messageBytesMax), limits.messageBytesMax),
    queue, queuePublicKey, signer,
    filtering: filtering({
      rules, queue, queuePublicKey, signer, sealing, clock, log, meter,
      book: ruleBook({ rules, sealing, log, privateKey: secret(Buffer.from(start.rulesPrivateKey, 'base64')) }),
      pseudonym: pseudonymizer(secret(pseudonymKey)), markKey: secret(createHmac('sha256', pseudonymKey).update('bulkhead delivery marks').digest()),
    }),
    waker: wakes, news,
    judge: judge({
      authenticator: start.resolves ? authentication(dns, clock) : null, scanners: scannersOf(start.scanners, hostName, clock), meter, log, tell: context.tell,
    }),
    hearing,
    tracer,
    sealer: arcSealer(vault, clock),
    recipients: recipients({ vault, directory, journal, clock, hostName, listKey, reportNames: new Set(start.reports.addresses) }),
    peers: peers({ dns, clock, hostName, policy: () => reception, alarm: (zone, trouble) => tellList(context, zone, trouble) }),
    refusedNotes: refusedNotes(tracer, clock),
    greylisting: greylisting({ greylist, key: greylistKey, log, dns, clock, hostName, policy: () => reception }),
    policy: { hostName, messageBytesMax: limits.messageBytesMax, recipientsMax: limits.recipientsMax },
  })
  const deskPath = start.serves['desk']
  const notices = await serveDoor<NoticeVerbs, 'desk'>(
    deskPath === undefined ? [] : [{ caller: 'desk', path: deskPath }],
    noticeHandlers({ sealing, keys, journal, blobs, log, waker: wakes, news, clock, meter, digestKey }),
    log,
  )
  const sweep = (): void => {
    greylist.prune().catch((error: unknown) => log.error('greylistNotPruned', error))
    sweepIncoming(start.blobs, clock.now()).then(
      (swept) => swept > 0 && log.info('blobsSwept', { swept }),
      (error: unknown) => log.error('blobsNotSwept', error),
    )
  }
  sweep()
  const sweeping = setInterval(sweep, sweepEveryMs)
  return {
    apply(change: Change) {
      if (change.say === 'reception') reception = change.reception
    },
    async [Symbol.asyncDispose]() {
      clearInterval(sweeping)
      await door[Symbol.asyncDispose]()
      await notices[Symbol.asyncDispose]()
      await hearing[Symbol.asyncDispose]()
      await news[Symbol.asyncDispose]()
      wakes[Symbol.dispose]()
      keys.wipe()
      await journal[Symbol.asyncDispose]()
      await directories[Symbol.asyncDispose]()
      await tracer[Symbol.asyncDispose]()
      await queues[Symbol.asyncDispose]()
      await greylists[Symbol.asyncDispose]()
      vault[Symbol.dispose]()
      dns[Symbol.dispose]()
      for (const mailroom of mailrooms) mailroom[Symbol.dispose]()
    },
  }
}

/** `mailroom`: everything after login. Has a key pair of its own for each run, and the keys of accounts with an open session. */
import { Fault } from '@bulkhead/base/fault.ts'
import { base64, fromBase64 } from '@bulkhead/base/bytes.ts'
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { secret, wipe, type Secret } from '@bulkhead/base/secret.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { StartOf } from '@bulkhead/door/contracts/start.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import { serveDoor } from '@bulkhead/door/server.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import { contentHandler } from '@bulkhead/front/content/content-handler.ts'
import { personReporter } from '@bulkhead/front/reporting/person-reporter.ts'
import { webHost, type WebHost } from '@bulkhead/front/http/host.ts'
import { imap } from '@bulkhead/front/imap/connection.ts'
import { mailroomHost, type HeldAccount } from '@bulkhead/front/mailroom/host.ts'
import { manageSieve } from '@bulkhead/front/managesieve/session.ts'
import { pop3Locks } from '@bulkhead/front/pop3/locks.ts'
import { pop3 } from '@bulkhead/front/pop3/session.ts'
import { inlineReader, largeTexts, textReader } from '@bulkhead/front/reader/text-reader.ts'
import { signature } from '@bulkhead/front/sending/signature.ts'
import { submission } from '@bulkhead/front/submission/session.ts'
import { domainSigner } from '@bulkhead/mail/dkim/domain-signer.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { senderTokens } from '@bulkhead/mail/feedback/sender-token.ts'
import { openAccounts } from '@bulkhead/mail/account/open-accounts.ts'
import type { SessionDirectory } from '@bulkhead/mail/ports/directory.ts'
import type { Tracer } from '@bulkhead/mail/ports/trace.ts'
import { doomedUntilNamed } from '@bulkhead/mail/journal/doomed-until-named.ts'
import { sweepingBlobs } from '@bulkhead/mail/packs/blob-sweep.ts'
import { cellRoom } from '@bulkhead/mail/uploads/cell-room.ts'
import { rulesPublisher } from '@bulkhead/mail/rules/publish.ts'
import { sharing } from '@bulkhead/mail/sharing/sharing.ts'
import { directoryBlobs } from '@bulkhead/store/blobs/directory-blobs.ts'
import { directoryUploads } from '@bulkhead/store/blobs/directory-uploads.ts'
import { webDirectory } from '@bulkhead/store/directory/device-directory.ts'
import { sendingLedger } from '@bulkhead/store/directory/sending-ledger.ts'
import { rulesWriter } from '@bulkhead/store/directory/rules-directory.ts'
import { sessionDirectory } from '@bulkhead/store/directory/session-directory.ts'
import { shareDirectory, shareJournals } from '@bulkhead/store/directory/share-directory.ts'
import { openJournalStore } from '@bulkhead/store/journal/journal-store.ts'
import { personReports } from '@bulkhead/store/reports/person-reports.ts'
import { queueWriter } from '@bulkhead/store/queue/queue-writer.ts'
import { openDatabase, type Database } from '@bulkhead/store/sql/database.ts'
import { gathered, type Gathered } from '@bulkhead/store/sql/gathered.ts'
import { mailroomHandlers, otherMailrooms } from './other-mailrooms.ts'
import { mailroomPushing } from './pushing.ts'
import { readingOf } from './reading-of.ts'
import type { Role, RoleContext } from './role.ts'
import { tracerOf } from './tracing.ts'
import { jmapHandlers } from './jmap-handlers.ts'
import { webHandlers } from './web-handlers.ts'

const directorySessionsMax = 4
const queueSessionsMax = 2
/** Shared mailboxes are seldom made. */
const shareSessionsMax = 1
/** Blind index of an address; the vault's refusal is a fault here, since nobody can do anything about it but wait. */
const indexOf = (vault: Door<VaultVerbs>) => async (address: string): Promise<Uint8Array> => {
  const reply = await vault.ask('index', { address })
  if (reply.is === 'refused') throw new Fault('overloaded', 'vault budget for indexes is spent')
  return Buffer.from(reply.answer.index, 'base64')
}

const keyOf = (text: string, name: string): Buffer => {
  const key = fromBase64(text, 32)
  if (key === undefined || key.length !== 32) throw new Fault('misconfigured', name)
  return key
}

const resources = (start: StartOf<'mailroom'>, { clock, log, meter }: RoleContext) => {
  const files = directoryBlobs(start.blobs)
  const store = openJournalStore({ url: secret(start.mailUrl), blobs: files, prunesArrivals: false })
  const uploadStore = directoryUploads(start.blobs)
  const uploading = { store: uploadStore, room: cellRoom({ store: uploadStore, clock, log, meter }) }
  const sweeping = new AsyncDisposableStack()
  sweeping.use(sweepingBlobs(store, log))
  sweeping.use(uploading.room)
  const others = otherMailrooms(start.knocks)
  return {
    blobs: doomedUntilNamed(files, store),
    others,
    vault: knock<VaultVerbs>(start.knocks['vault'] ?? ''),
    store: others.telling(store),
    sweeping,
    uploading,
    shares: openDatabase({ url: secret(start.mailUrl), name: 'bulkhead mailroom shares', sessionsMax: shareSessionsMax }),
    directories: openDatabase({ url: secret(start.directoryUrl), name: 'bulkhead mailroom', sessionsMax: directorySessionsMax }),
    queues: openDatabase({ url: secret(start.queueUrl), name: 'bulkhead mailroom', sessionsMax: queueSessionsMax }),
  }
}

interface SendingSources {
  readonly vault: Door<VaultVerbs>
  readonly directory: SessionDirectory
  readonly directories: Database
  readonly small: Gathered
  readonly queues: Database
  readonly tracer: Tracer
}

/** What sending needs, by SMTP and by JMAP alike. */
const sendingOf = (start: StartOf<'mailroom'>, { clock, sealing, tell }: RoleContext, from: SendingSources) => ({
  directory: from.directory,
  sending: sendingLedger(from.directories, from.small),
  signature: signature({ signer: domainSigner(from.vault, clock), clock, tell }),
  tell,
  queue: queueWriter(from.queues),
  sealing,
  queuePublicKey: keyOf(start.queuePublicKey, 'queuePublicKey'),
  tracer: from.tracer,
  indexOf: indexOf(from.vault),
  pseudonym: pseudonymizer(secret(keyOf(start.pseudonymKey, 'pseudonymKey'))),
  tokens: senderTokens(secret(keyOf(start.pseudonymKey, 'pseudonymKey'))),
})

const publisherOf = ({ rulesPublicKey }: StartOf<'mailroom'>, directories: Database, sealing: Sealing) =>
  rulesPublisher({ writer: rulesWriter(directories), sealing, publicKey: keyOf(rulesPublicKey, 'rulesPublicKey') })

interface SignedIn {
  readonly host: Pick<ReturnType<typeof mailroomHost>, 'passwordChanged' | 'cutOff'>
  readonly web: Pick<WebHost, 'passwordChanged' | 'recheck'>
  readonly log: Log
}

/** Whoever came in by a password that is no more, or to an account that is shut. */
const signingOut = ({ host, web, log }: SignedIn) => {
  const looked = (account: AccountHandle, looking: Promise<void>): void =>
    void looking.catch((error: unknown) => log.error('standingUnknown', error, { account }))
  return {
    passwordChanged(account: AccountHandle, credential: string): void {
      host.passwordChanged(account, credential)
      looked(account, web.passwordChanged(account, credential))
    },
    accountsShut(accounts: readonly AccountHandle[]): void {
      host.cutOff(new Set(accounts))
      for (const account of accounts) looked(account, web.recheck(account))
    },
  }
}

export const mailroom: Role<'mailroom'> = async (start, context) => {
  const { log, meter, clock, sealing, tell } = context
  const { hostName, limits, sessions } = start
  const { blobs, others, vault, store, sweeping, uploading, shares, directories, queues } = resources(start, context)
  const { publicKey, privateKey } = sealing.newKeyPair()
  const readerDoor = start.knocks['reader']
  const texts = readerDoor === undefined ? inlineReader : textReader(readerDoor, meter)
  const accounts = openAccounts({ store, blobs, sealing, clock, log, messageBytesMax: limits.messageBytesMax, largeTexts: largeTexts(texts) })
  // Every login asks both of the account: they go together, and with those of others.
  const small = gathered(directories)
  const directory = sessionDirectory(directories, small)
  const shared = sharing({
    accounts,
    directory: shareDirectory(directories, small),
    journals: shareJournals(shares, blobs),
    sealing,
    clock,
    log,
    indexOf: indexOf(vault),
    wakeParked(members) {
      host.wake(members)
      others.grew(members)
    },
  })
  const tracer = tracerOf(start, queues, context)
  const sendingPorts = sendingOf(start, context, { vault, directory, directories, small, queues, tracer })
  const locks = pop3Locks({ clock, freeElsewhere: others.freeElsewhere })
  const openAccount = async (account: AccountHandle, key: Secret<Buffer>, login: string): Promise<HeldAccount> => {
    const { mail, release } = await shared.acquire(account, key, login)
    return { account: mail, [Symbol.asyncDispose]: release }
  }
  const reading = readingOf(start, context, texts)
  const rules = publisherOf(start, directories, sealing)
  const reports = personReporter({ reports: personReports(queues), pseudonym: reading.pseudonym, clock, log, meter, tell })
  const pushing = mailroomPushing(start, directories, log)
  const jmapping = jmapHandlers({
    services: {
      sending: { ports: sendingPorts, hostName, limits, meter },
      reading, reports,
      devices: { of: (session) => web.devicesOf(session) }, rules,
    },
    pushing,
    cellSecret: secret(keyOf(start.pseudonymKey, 'pseudonymKey')),
    uploading,
    messageBytesMax: limits.messageBytesMax,
    sealing, clock, log, meter,
  })
  const web = webHost({
    sealing, privateKey, openAccount, clock, log, meter, tell,
    directory: webDirectory(directories, small), policy: start.web, sessionsMax: limits.connectionsMax,
    handlers: webHandlers({ ...jmapping, content: contentHandler(reading) }),
    signOutElsewhere: others.recheck,
    passwordChanged: (account, old) => [signedOut.passwordChanged, others.passwordChanged].forEach((end) => end(account, old)),
  })
  const host = mailroomHost({
    sealing, privateKey, directory, openAccount,
    web: web.take,
    protocols: {
      imap: imap({ reports }), pop3: pop3({ loginDelayMs: sessions.pop3LoginDelayMs, clock, locks }),
      managesieve: manageSieve({ rules, directory, tell }), submission: submission(sendingPorts),
    },
    hostName,
    jmapUrl: start.jmapUrl, limits, sessions, clock, log, meter,
  })
  const signedOut = signingOut({ host, web, log })
  await host.listen(start.serves['gate'] ?? '')
  const wake = (grown: readonly AccountHandle[]): void => [accounts, host].forEach((hearer) => hearer.wake(grown))
  const hints = (['intake', 'mailroom', 'desk'] as const).flatMap((caller) => {
    const path = start.serves[caller]
    return path === undefined ? [] : [{ caller, path }]
  })
  const hearing = await serveDoor(hints, mailroomHandlers({ wake, leave: locks.leave, recheck: web.recheck, ...signedOut }), log)
  return {
    publicKey: base64(publicKey),
    apply() {},
    async [Symbol.asyncDispose]() {
      await web[Symbol.asyncDispose]()
      await host[Symbol.asyncDispose]()
      await hearing[Symbol.asyncDispose]()
      await accounts[Symbol.asyncDispose]()
      await sweeping[Symbol.asyncDispose]()
      await pushing[Symbol.asyncDispose]()
      wipe(privateKey.declassify())
      await store[Symbol.asyncDispose]()
      await shares[Symbol.asyncDispose]()
      await directories[Symbol.asyncDispose]()
      await tracer[Symbol.asyncDispose]()
      await queues[Symbol.asyncDispose]()
      others[Symbol.dispose]()
      reading[Symbol.dispose]()
      vault[Symbol.dispose]()
    },
  }
}

/**
 * The content of one transaction: gathered in memory within the budget of the process, judged whole, then put under its
 * trace fields, indexed, sealed and appended in one go. The caller's bytes stay as they are, bit for bit.
 */
import { createHmac, randomUUID } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Waker } from '@bulkhead/door/waker.ts'
import { receiveWhole } from '@bulkhead/mail/account/incoming.ts'
import type { ArcSealer } from '@bulkhead/mail/dkim/arc-sealer.ts'
import type { DomainSigner } from '@bulkhead/mail/dkim/domain-signer.ts'
import type { QueueWriter } from '@bulkhead/mail/ports/queue.ts'
import type { Tracer, TraceState } from '@bulkhead/mail/ports/trace.ts'
import { headerFields, type HeaderField } from '@bulkhead/wire/mime/header.ts'
import { encodeAddress } from '@bulkhead/wire/smtp/path.ts'
import type { Reply } from '@bulkhead/wire/smtp/reply.ts'
import { scanHeader, type ScannedHeader } from '@bulkhead/wire/trace/header-scan.ts'
import { receivedField, returnPathField } from '@bulkhead/wire/trace/trace-header.ts'
import { sealOf } from './arc-sealing.ts'
import type { Filtering } from '../filtering/filtering.ts'
import { storeArrival, type ArrivalPorts, type Arriving } from './arrivals.ts'
import type { ContentMemory } from './content-memory.ts'
import { copiesFor, type Copy, type CopySource } from './copies.ts'
import { allAway, fold, type Delivered, type Stored } from './fold.ts'
import { gathered, type Gathered } from './gathered.ts'
import { hearReports, noteDmarc, type Hearing } from './hearing.ts'
import type { Evidence } from './judging/evidence.ts'
import type { Judge, Judging } from './judging/judge.ts'
import type { Verdict } from './judging/verdict.ts'
import { carriedOut, filingsFor, filteredMail, rejectionsOf, ruledOf, unkept } from './own-rules.ts'
import type { PeerFacts } from './peer/facts.ts'
import { refusalReplies, type ReceptionRefusal } from './replies.ts'
import { queueReport } from './reports.ts'
import type { Policy, Recipient, Session, Transaction } from './session.ts'
import { textBytesMax, textOfBinary } from './text-of-binary.ts'
import { noteArrival, stateOfStored, type ArrivedMessage } from './traced.ts'

export interface ContentPorts extends ArrivalPorts {
  readonly queue: QueueWriter
  readonly queuePublicKey: Uint8Array
  readonly signer: DomainSigner
  readonly waker: Waker
  readonly tracer: Tracer
  readonly clock: Clock
  readonly meter: Meter
  readonly memory: ContentMemory
  readonly judge: Judge
  readonly sealer: ArcSealer
  readonly filtering: Filtering
  readonly hearing: Hearing
  /** The same for the life of the cell, or a message that comes again is not known again. */
  readonly digestKey: Secret<Uint8Array>
}

/** Accounts whose digests are forgotten once the answer has arrived. */
export type Pending = readonly { readonly account: AccountHandle; readonly digest: Buffer }[]

export interface Ended {
  readonly replies: readonly Reply[]
  readonly pending: Pending
}

export interface Content {
  /** So many bytes come next. */
  expect(bytes: number): void
  /** Takes a copy. */
  write(chunk: Buffer): void
  /** Why the message can't be stored any more. */
  refusal(): Reply | undefined
  /** The message is whole: stores it, and answers once for each recipient. */
  end(): Promise<Ended>
  discard(): void
}

/** RFC 6531 section 4.3: what is internationalized says so in its trace. */
const protocolOf = (protocol: string, smtpUtf8: boolean): string => (smtpUtf8 ? `UTF8${protocol.replace(/^ESMTP/, 'SMTP')}` : protocol)

interface Stamp {
  readonly by: string
  readonly id: string
  readonly atMs: number
}

/** Only a message with one recipient names it: copies must not tell of one another. */
const receivedOf = (session: Session, transaction: Transaction, peer: PeerFacts, { by, id, atMs }: Stamp): string => {
  const { client } = session
  const [only, ...others] = transaction.recipients
  return receivedField({
    helo: client.helo,
    peer: client.address,
    ...(peer.reverseName.is === 'confirmed' && { peerName: peer.reverseName.name }),
    by,
    with: protocolOf(client.protocol, transaction.smtpUtf8),
    tls: client.tls,
    id,
    for: only === undefined || others.length > 0 ? null : encodeAddress(only.forwardPath),
    atMs,
  })
}

/** Two addresses of one account get one copy. */
const eachAccountOnce = (recipients: readonly Recipient[]): readonly Recipient[] => [
  ...new Map(recipients.map((recipient) => [recipient.account, recipient])).values(),
]

/** Keyed digest of reverse path and original bytes, then of the account: says "this very message for this account". */
const arrivalDigest = (key: Secret<Uint8Array>, reversePath: string, message: Buffer) => {
  const common = createHmac('sha256', key.declassify()).update(`${reversePath}\0`).update(message).digest()
  return (account: AccountHandle): Buffer => createHmac('sha256', key.declassify()).update(common).update(account).digest()
}

/** One message that came whole and may be stored. */
interface Whole {
  readonly id: string
  readonly atMs: number
  readonly memory: Gathered
  readonly scanned: ScannedHeader
  /** What is stored where binary parts came; null: what came. */
  readonly text: Buffer | null
  readonly judging: Judging
}

/** What the trace is told of how a copy was judged. */
const factsOf = ({ authentication, scans }: Evidence, verdict: Verdict | undefined): Readonly<Record<string, string>> => ({
  ...(authentication === null ? {} : { spf: authentication.spf.result, dmarc: authentication.dmarc.result, dkim: authentication.dkim[0]?.result ?? 'none' }),
  ...Object.fromEntries(scans.flatMap(({ scanner, score }) => (score === null ? [] : [[scanner, `${score.value}/${score.required}`]]))),
  ...(verdict === undefined ? {} : Object.fromEntries(verdict.findings.map(({ stage, detail }) => [stage, detail || 'found']))),
  ...(verdict === undefined || verdict.fate === 'inbox' ? {} : { filed: verdict.fate }),
})

const stateOf = (stored: Stored, verdict: Verdict | undefined): TraceState =>
  stored === 'stored' && verdict?.fate === 'quarantine' ? 'quarantined' : stateOfStored[stored]

/** What copies are made of: the message as it came, or as text. */
const storedText = ({ memory, text, scanned }: Whole, fields: readonly HeaderField[]): Pick<CopySource, 'message' | 'under' | 'header' | 'fields'> => {
  if (text === null) return { message: memory.message(), under: memory.under, header: scanned.header, fields }
  const { header } = scanHeader(text, '')
  return { message: text, under: (before) => Buffer.concat([before, text]), header, fields: headerFields(header) }
}

/** Copies one after the other: each is made in the same memory. What an account files twice is stored once. */
const storeCopies = async (ports: ContentPorts, copies: readonly Copy[], storing: Omit<Arriving, 'received' | 'recipients'>) => {
  const stored = new Map<AccountHandle, Stored>()
  for (const { recipients, bytes } of copies) {
    const received = receiveWhole(ports, bytes())
    try {
      for (const [account, what] of await storeArrival(ports, { ...storing, received, recipients })) stored.set(account, what)
    } finally {
      await received.discard()
    }
  }
  return stored
}

/** What is not filed has its fate before anything is stored. */
const unfiled = (verdicts: ReadonlyMap<AccountHandle, Verdict>): ReadonlyMap<AccountHandle, Stored> =>
  new Map([...verdicts].flatMap(([account, { fate }]): readonly (readonly [AccountHandle, Stored])[] => {
    if (fate === 'reject') return [[account, 'rejected']]
    return fate === 'discard' ? [[account, 'discarded']] : []
  }))

const store = async (ports: ContentPorts, policy: Policy, session: Session, transaction: Transaction, whole: Whole): Promise<Ended> => {
  const { id, atMs, memory, text, scanned: { header, received: hops } } = whole
  const fields = headerFields(header)
  const recipients = eachAccountOnce(transaction.recipients)
  const judged = await whole.judging.end({ id, message: memory.message(), header, fields }, recipients)
  if (judged.is === 'later') return laterAnswer(ports, session, transaction, { id, header })
  const { evidence, verdicts } = judged
  const digestFor = arrivalDigest(ports.digestKey, transaction.reversePath, memory.message())
  const received = receivedOf(session, transaction, await session.client.facts, { by: policy.hostName, id, atMs })
  const trace = returnPathField(transaction.reversePath) + received
  const source = storedText(whole, fields)
  const judgement = { evidence, verdicts, header: source.header, fields: source.fields }
  const mail = filteredMail({ id, atMs, hostName: policy.hostName, transaction, message: source.message, received }, judgement)
  const rules = await ruledOf(ports.filtering, mail, recipients, verdicts)
  const decided = new Map([...unfiled(verdicts), ...hearReports(ports.hearing, recipients, evidence, memory.message()), ...unkept(rules)])
  const filed = recipients.filter(({ account }) => !decided.has(account))
  const leaving = recipients.filter(({ account }) => decided.get(account) === 'forwarded')
  const seal = text === null ? await sealOf(ports, evidence.authentication, memory.message(), [...filed, ...leaving]) : ''
  const copies = copiesFor({ ...source, trace, by: policy.hostName, evidence, verdicts, seal }, filed)
  const storing = { internalDateMs: atMs, keepDigest: hops > 0, digestFor, filingsFor: (account: AccountHandle) => filingsFor(account, verdicts, rules) }
  const stored = new Map([...decided, ...(await storeCopies(ports, copies, storing))])
  for (const account of await carriedOut(ports.filtering, mail, { rules, stored, evidence, verdicts, seal })) stored.set(account, 'fault')
  const delivered: Delivered = { recipients: transaction.recipients, stored, rejections: rejectionsOf(verdicts, rules), id }
  const answered = fold(session.caller, delivered)
  const told = await queueReport(ports, transaction, answered.reported, { by: policy.hostName, arrivalMs: atMs, header, whole: text ?? memory.message() })
  noteDmarc(ports.hearing, session, transaction, { evidence, verdicts, atMs })
  const folded = told ? answered : allAway(transaction.recipients)
  tellStored(ports, session, memory.sizeBytes, delivered)
  noteArrival(ports.tracer, session, transaction, { id, header }, transaction.recipients.map((recipient) => {
    const { account } = recipient
    const [verdict, what] = [verdicts.get(account), stored.get(account) ?? 'fault']
    const facts = { ...factsOf(evidence, verdict), ...rules.get(account)?.ruled.facts, ...(what === 'stored' ? {} : { why: what }) }
    return { recipient, state: stateOf(what, verdict), facts }
  }))
  return { replies: folded.replies, pending: folded.acknowledged.map((account) => ({ account, digest: digestFor(account) })) }
}

const laterAnswer = ({ tracer, meter }: ContentPorts, session: Session, transaction: Transaction, arrived: ArrivedMessage): Ended => {
  meter.count('intake_refused', 1, { why: 'unjudged' })
  const facts = { why: 'unjudged' }
  noteArrival(tracer, session, transaction, arrived, transaction.recipients.map((recipient) => ({ recipient, state: 'deferred', facts }) as const))
  return { replies: transaction.recipients.map(() => refusalReplies.unjudged), pending: [] }
}

const tellStored = ({ waker, meter, log }: ContentPorts, { caller }: Session, sizeBytes: number, { recipients, stored, id }: Delivered): void => {
  const accounts = [...stored].filter(([, what]) => what === 'stored').map(([account]) => account)
  waker.grew(accounts)
  meter.count('intake_messages')
  meter.count('intake_deliveries', accounts.length)
  log.info('received', { id, caller, sizeBytes, recipients: recipients.length, stored: accounts.length })
}

export const openContent = (ports: ContentPorts, policy: Policy, session: Session, transaction: Transaction): Content => {
  const { log, meter } = ports
  const id = randomUUID()
  const atMs = ports.clock.now()
  const memory = gathered(ports.memory.open(session.client.address))
  const textRoom = ports.memory.open(session.client.address)
  let refused: ReceptionRefusal | undefined

  const refuse = (why: ReceptionRefusal): void => {
    refused ??= why
    memory.discard()
  }
  const expect = (bytes: number): void => {
    if (refused !== undefined) return
    if (memory.sizeBytes + bytes > policy.messageBytesMax) refuse('tooLarge')
    else if (!memory.expect(bytes)) refuse('noRoom')
  }
  expect(transaction.sizeBytes ?? 0)
  const judging = ports.judge.begin(session, transaction, policy.hostName)

  /** Binary parts take more memory as text. */
  const textual = (): Buffer | null => {
    const message = memory.message()
    const text = textRoom.grow(textBytesMax(message.length)) ? textOfBinary(message) : 'noRoom'
    if (typeof text !== 'string') return text
    refused = text === 'noRoom' ? 'noRoom' : 'malformedBinary'
    return null
  }
  const discard = (): void => {
    memory.discard()
    textRoom.release()
  }
  const answerAll = (why: ReceptionRefusal): Ended => ({ replies: transaction.recipients.map(() => refusalReplies[why]), pending: [] })

  return {
    expect,
    write(chunk) {
      if (refused === undefined) memory.add(chunk)
    },
    refusal: () => (refused === undefined ? undefined : refusalReplies[refused]),
    async end() {
      try {
        const scanned = scanHeader(memory.message(), policy.hostName)
        if (scanned.verdict !== 'fine') refused ??= scanned.verdict
        const text = refused === undefined && transaction.body === 'BINARYMIME' ? textual() : null
        if (refused === undefined) return await store(ports, policy, session, transaction, { id, atMs, memory, scanned, text, judging })
        meter.count('intake_refused', 1, { why: refused })
        const facts = { why: refused }
        const fates = transaction.recipients.map((recipient) => ({ recipient, state: 'refused', facts }) as const)
        noteArrival(ports.tracer, session, transaction, { id, header: scanned.header }, fates)
        return answerAll(refused)
      } catch (error) {
        log.error('contentNotStored', error, { id })
        return answerAll('away')
      } finally {
        discard()
        meter.gauge('intake_content_bytes', ports.memory.heldBytes)
      }
    },
    discard,
  }
}

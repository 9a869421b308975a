/**
 * The content of one transaction: trace fields first, then the caller's bytes bit for bit, checked, digested, indexed and
 * sealed as they come. Memory is bounded by the receiver, whatever the size.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Waker } from '@bulkhead/door/waker.ts'
import { receiveMessage } from '@bulkhead/mail/account/incoming.ts'
import type { QueueWriter } from '@bulkhead/mail/ports/queue.ts'
import { sealQueued } from '@bulkhead/mail/queue/record.ts'
import { encodeAddress } from '@bulkhead/wire/smtp/path.ts'
import type { Reply } from '@bulkhead/wire/smtp/reply.ts'
import { headerScan, type HeaderScan } from '@bulkhead/wire/trace/header-scan.ts'
import { receivedField, returnPathField } from '@bulkhead/wire/trace/trace-header.ts'
import { reportOn } from '../bounce/report.ts'
import { storeArrival, type ArrivalPorts } from './arrivals.ts'
import { allAway, fold, type Delivered, type Folded } from './fold.ts'
import { refusalReplies, type ReceptionRefusal } from './replies.ts'
import type { Policy, Recipient, Session, Transaction } from './session.ts'

export interface ContentPorts extends ArrivalPorts {
  readonly queue: QueueWriter
  readonly queuePublicKey: Uint8Array
  readonly waker: Waker
  readonly clock: Clock
  readonly meter: Meter
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
  write(chunk: Buffer): Promise<void>
  /** Why the message can't be stored any more. */
  refusal(): Reply | undefined
  /** The message is whole: stores it, and answers once for each recipient. */
  end(): Promise<Ended>
  discard(): Promise<void>
}

const traceBytesMax = 4_096
const idBytes = 9

/** RFC 6531 section 4.3: what is internationalized says so in its trace. */
const protocolOf = (protocol: string, smtpUtf8: boolean): string => (smtpUtf8 ? `UTF8${protocol.replace(/^ESMTP/, 'SMTP')}` : protocol)

/** Only a message with one recipient names it: copies must not tell of one another. */
const traceOf = (session: Session, transaction: Transaction, by: string, id: string, atMs: number): Buffer => {
  const { client } = session
  const [only, ...others] = transaction.recipients
  const received = receivedField({
    helo: client.helo,
    peer: client.address,
    by,
    with: protocolOf(client.protocol, transaction.smtpUtf8),
    tls: client.tls,
    id,
    for: only === undefined || others.length > 0 ? null : encodeAddress(only.forwardPath),
    atMs,
  })
  return Buffer.from(returnPathField(transaction.reversePath) + received, 'utf8')
}

/** Two addresses of one account get one copy. */
const eachAccountOnce = (recipients: readonly Recipient[]): readonly Recipient[] => [
  ...new Map(recipients.map((recipient) => [recipient.account, recipient])).values(),
]

const statusOf = { overQuota: '5.2.2', gone: '5.1.1' } as const

/** Those the sender's one answer can't tell of. False where the report could not be queued. */
const reportRefused = async (ports: ContentPorts, by: string, transaction: Transaction, folded: Folded, scan: HeaderScan): Promise<boolean> => {
  const nowMs = ports.clock.now()
  const report = reportOn({
    reportingMta: by,
    reversePath: transaction.reversePath,
    ret: null,
    envid: null,
    arrivalMs: nowMs,
    nowMs,
    recipients: folded.reported.map(({ recipient, why }) => ({
      finalRecipient: encodeAddress(recipient.forwardPath),
      orcpt: null,
      action: 'failed',
      status: statusOf[why],
      remoteMta: null,
      diagnostic: null,
      lastAttemptMs: nowMs,
      willRetryUntilMs: null,
    })),
    original: scan.header(),
  })
  if (report === undefined) return true
  try {
    await ports.queue.enqueue(sealQueued(ports.sealing, ports.queuePublicKey, report))
    return true
  } catch (error) {
    ports.log.error('reportNotQueued', error)
    return false
  }
}

/** Keyed digest of reverse path and original bytes, then of the account: says "this very message for this account". */
const arrivalDigest = (key: Secret<Uint8Array>, reversePath: string) => {
  const content = createHmac('sha256', key.declassify()).update(`${reversePath}\0`)
  let common: Buffer | undefined
  return {
    update: (chunk: Buffer) => void content.update(chunk),
    digestFor(account: AccountHandle): Buffer {
      common ??= content.digest()
      return createHmac('sha256', key.declassify()).update(common).update(account).digest()
    },
  }
}

export const openContent = (ports: ContentPorts, policy: Policy, session: Session, transaction: Transaction): Content => {
  const { clock, log, meter } = ports
  const by = policy.hostName
  const id = randomBytes(idBytes).toString('base64url')
  const atMs = clock.now()
  const receiver = receiveMessage(ports, policy.messageBytesMax + traceBytesMax)
  const scan = headerScan(by)
  const digest = arrivalDigest(ports.digestKey, transaction.reversePath)
  let refused: ReceptionRefusal | undefined
  let sizeBytes = 0
  let traced = false

  const check = (): void => {
    const verdict = scan.verdict()
    if (sizeBytes > policy.messageBytesMax) refused ??= 'tooLarge'
    if (verdict !== 'fine') refused ??= verdict
  }

  const sick = (error: unknown): void => {
    log.error('contentNotStored', error, { id })
    refused = 'away'
    receiver.discard().catch((reason: unknown) => log.error('contentNotDiscarded', reason, { id }))
  }

  const trace = async (): Promise<void> => {
    if (traced) return
    traced = true
    await receiver.write(traceOf(session, transaction, by, id, atMs))
  }

  const store = async (): Promise<{ readonly folded: Folded; readonly delivered: Delivered }> => {
    const received = await receiver.finish()
    try {
      const recipients = eachAccountOnce(transaction.recipients)
      const keepDigest = scan.facts().received > 0
      const stored = await storeArrival(ports, { received, recipients, internalDateMs: atMs, keepDigest, digestFor: digest.digestFor })
      const delivered = { recipients: transaction.recipients, stored, id }
      const folded = fold(session.caller, delivered)
      const told = folded.reported.length === 0 || (await reportRefused(ports, by, transaction, folded, scan))
      return { folded: told ? folded : allAway(transaction.recipients), delivered }
    } finally {
      await received.discard()
    }
  }

  return {
    async write(chunk) {
      if (refused !== undefined) return
      sizeBytes += chunk.length
      scan.push(chunk)
      check()
      try {
        if (refused !== undefined) return await receiver.discard()
        await trace()
        digest.update(chunk)
        await receiver.write(chunk)
      } catch (error) {
        sick(error)
      }
    },
    refusal: () => (refused === undefined ? undefined : refusalReplies[refused]),
    async end() {
      scan.end()
      check()
      if (refused !== undefined) {
        const reply = refusalReplies[refused]
        meter.count('intake_refused', 1, { why: refused })
        await receiver.discard()
        return { replies: transaction.recipients.map(() => reply), pending: [] }
      }
      let ended
      try {
        await trace()
        ended = await store()
      } catch (error) {
        sick(error)
        return { replies: transaction.recipients.map(() => refusalReplies.away), pending: [] }
      }
      const { folded, delivered } = ended
      const stored = [...delivered.stored].filter(([, what]) => what === 'stored').map(([account]) => account)
      ports.waker.grew(stored)
      meter.count('intake_messages')
      meter.count('intake_deliveries', stored.length)
      log.info('received', { id, caller: session.caller, sizeBytes, recipients: delivered.recipients.length, stored: stored.length })
      return { replies: folded.replies, pending: folded.acknowledged.map((account) => ({ account, digest: digest.digestFor(account) })) }
    },
    discard: () => receiver.discard(),
  }
}

/**
 * Notices of the provider, which the desk hands in whole and signed. They go to the INBOX past judging and the person's rules: what a
 * provider has to tell must not be filed away or kept out by a full mailbox, and nobody's forwarding or vacation answers it. With the
 * arrival goes the one object that says it is a notice; nothing else that reception does writes such an object.
 */
import { createHmac } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { accountOf, BadAsk, bytesOf, textOf } from '@bulkhead/door/ask.ts'
import { noticeRecipientsMax, type NoticeFate, type NoticeVerbs } from '@bulkhead/door/contracts/notice.ts'
import { answered, type Handlers } from '@bulkhead/door/verbs.ts'
import type { Waker } from '@bulkhead/door/waker.ts'
import { deliveryAppend } from '@bulkhead/mail/account/arrival.ts'
import { receiveWhole, type Received } from '@bulkhead/mail/account/incoming.ts'
import { encodeEvent } from '@bulkhead/mail/journal/event-codec.ts'
import type { Append, AppendAnswer, StoredBody } from '@bulkhead/mail/ports/journal-store.ts'
import { noticeBytesMax } from '@bulkhead/mail/reading/official.ts'
import { inInbox } from '../filtering/ruled.ts'
import { changedByNews, type ArrivalPorts } from './arrivals.ts'

export interface NoticePorts extends ArrivalPorts {
  readonly waker: Waker
  readonly clock: Clock
  readonly meter: Meter
  readonly digestKey: Secret<Uint8Array>
}

const idMax = 64
/** Bytes: eight of the largest reach a mailbox that is full. */
const aboveQuotaMax = 8 * noticeBytesMax
const publicKeyBytes = 32
const sealBytes = 96

interface Recipient {
  readonly account: AccountHandle
  readonly publicKey: Buffer
  readonly seal: Buffer
}

const recipientsOf = ({ recipients }: Readonly<Record<string, unknown>>): readonly Recipient[] => {
  if (!Array.isArray(recipients) || recipients.length === 0 || recipients.length > noticeRecipientsMax) throw new BadAsk('recipients')
  return recipients.map((one: unknown) => {
    if (typeof one !== 'object' || one === null) throw new BadAsk('recipients')
    const fields = one as Readonly<Record<string, unknown>>
    const [publicKey, seal] = [bytesOf(fields, 'publicKey', publicKeyBytes), bytesOf(fields, 'seal', sealBytes)]
    if (publicKey.length !== publicKeyBytes || seal.length !== sealBytes) throw new BadAsk('recipients')
    return { account: accountOf(fields), publicKey, seal }
  })
}

const fateOf = (answer: AppendAnswer): NoticeFate => {
  if (answer.is === 'appended' || answer.is === 'duplicate') return 'stored'
  if (answer.is === 'conflict') return 'away'
  return answer.why === 'overQuota' ? 'overQuota' : 'gone'
}

const digestOf = (key: Secret<Uint8Array>, id: string, account: AccountHandle): Buffer =>
  createHmac('sha256', key.declassify()).update(`notice\0${id}\0${account}`).digest()

/** The arrival and what makes it a notice, together or not at all. */
const appendOf = ({ sealing, keys, clock, digestKey }: NoticePorts, id: string, received: Received & { readonly body: StoredBody }, to: Recipient): Append => {
  const { account, publicKey, seal } = to
  const delivery = keys.keyFor(account, publicKey)
  const filing = { places: [inInbox], internalDateMs: clock.now(), arrivalDigest: digestOf(digestKey, id, account), keepDigest: true }
  const arrival = deliveryAppend(sealing, { account, delivery }, received, filing)
  const changes = arrival.messages.map(({ message }) => ({ kind: 'notice' as const, id: message, value: seal }))
  const signed = sealing.sealRecord(delivery.key, 'event', account, encodeEvent({ kind: 'objectsSet', changes }))
  return { ...arrival, aboveQuotaMax, events: [...arrival.events, signed] }
}

export const noticeHandlers = (ports: NoticePorts): Handlers<NoticeVerbs, 'desk'> => {
  const { journal, blobs, log, meter, waker, news } = ports
  const deliver = async (id: string, message: Buffer, to: Recipient): Promise<NoticeFate> => {
    const received = receiveWhole(ports, message)
    try {
      const body = await received.keep([to.account])
      const answer = await journal.append(appendOf(ports, id, { ...received, body }, to))
      if (answer.is === 'appended') news.changed(to.account, answer.head, changedByNews)
      if (answer.is !== 'appended' && body.in === 'blob') await blobs.remove(to.account, body.name)
      return fateOf(answer)
    } catch (error) {
      log.error('noticeNotStored', error)
      return 'away'
    } finally {
      await received.discard()
    }
  }
  return {
    async notice(ask) {
      const id = textOf(ask, 'notice', idMax)
      const message = bytesOf(ask, 'message', noticeBytesMax)
      const recipients = recipientsOf(ask)
      const fates = await Promise.all(recipients.map((to) => deliver(id, message, to)))
      waker.grew(recipients.flatMap(({ account }, at) => (fates[at] === 'stored' ? [account] : [])))
      for (const fate of fates) meter.count('intake_notices', 1, { fate })
      return answered({ fates })
    },
  }
}

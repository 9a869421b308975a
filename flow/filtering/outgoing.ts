/**
 * What leaves for a person's rules, as mail to be queued.
 *
 * Sent on: the message as it came under our Received and Delivered-To. Its reverse path is the person's address here, not the
 * sender's: SPF then holds for us who send it, and what can't be delivered is told to who wanted it sent on. The sender's own
 * DKIM signature, and our ARC seal where the brand has one, speak for the author. No sender address is rewritten (no SRS).
 */
import { randomUUID } from 'node:crypto'
import { latin1 } from '@bulkhead/base/bytes.ts'
import type { Log } from '@bulkhead/base/log.ts'
import { canonicalAddress } from '@bulkhead/mail/address/address.ts'
import { nearestSigning, type DomainSigner } from '@bulkhead/mail/dkim/domain-signer.ts'
import { ordinary } from '@bulkhead/mail/queue/queued.ts'
import type { ToQueue } from '@bulkhead/mail/queue/record.ts'
import type { Notification, VacationAnswer } from '@bulkhead/wire/sieve/actions.ts'
import type { SieveMessage } from '@bulkhead/wire/sieve/message.ts'
import { encodeAddress } from '@bulkhead/wire/smtp/path.ts'
import { isAscii } from '@bulkhead/wire/trace/dsn.ts'
import type { Recipient, Transaction } from '../reception/session.ts'
import { noticeMail } from './notice-mail.ts'
import { vacationMail } from './vacation-mail.ts'

export interface Redirect {
  readonly transaction: Transaction
  readonly message: Buffer
  readonly received: string
  readonly recipient: Recipient
  readonly to: readonly string[]
  readonly seal: string
  readonly sender: string
}

/** One for each address: what becomes of one is nobody else's to know. */
export const redirected = ({ transaction, message, received, recipient, to, seal, sender }: Redirect): readonly ToQueue[] => {
  const own = encodeAddress(recipient.forwardPath)
  const fields = Buffer.from(`${received}Delivered-To: ${own}\r\n${seal}`, 'utf8')
  const whole = Buffer.concat([fields, message])
  const sevenBit = isAscii(latin1(whole))
  return to.map((address) => ({
    ...ordinary,
    reversePath: transaction.reversePath === '' ? '' : own,
    bodyKind: sevenBit ? '7bit' : '8bitmime',
    smtpUtf8: transaction.smtpUtf8 || !isAscii(address + own),
    requireTls: transaction.requireTls,
    account: recipient.account,
    brand: recipient.brand,
    sender,
    recipients: [{ forwardPath: address, notify: null, orcpt: null }],
    message: whole,
  }))
}

export interface Away {
  readonly vacation: VacationAnswer
  /** The person's addresses, canonical. */
  readonly own: ReadonlySet<string>
  readonly view: SieveMessage
  readonly recipient: Recipient
  readonly address: string
  readonly to: string
  readonly atMs: number
  readonly sender: string
}

interface Own {
  readonly recipient: Recipient
  /** Canonical; the domain signs. */
  readonly address: string
  readonly to: string
  readonly from: string
  readonly sender: string
}

interface Signing {
  readonly signer: DomainSigner
  readonly log: Log
}

/** Mail that we write for a person: signed by the domain it comes from, and nothing comes back for it. One that can't be signed now is better than none. */
const writtenFor = async ({ signer, log }: Signing, { recipient, address, to, from, sender }: Own, message: Buffer): Promise<ToQueue> => {
  let signature = ''
  try {
    const signing = await nearestSigning(signer, domainOf(address))
    signature = signing === undefined ? '' : await signer.fieldsFor(signing, message)
  } catch (error) {
    log.error('answerNotSigned', error)
  }
  const whole = Buffer.concat([Buffer.from(signature, 'latin1'), message])
  return {
    ...ordinary,
    reversePath: '',
    bodyKind: isAscii(latin1(whole)) ? '7bit' : '8bitmime',
    smtpUtf8: !isAscii(to + from),
    account: recipient.account,
    brand: recipient.brand,
    sender,
    recipients: [{ forwardPath: to, notify: [], orcpt: null }],
    message: whole,
  }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

export const vacationToQueue = (signing: Signing, { vacation, own, view, recipient, address, to, atMs, sender }: Away): Promise<ToQueue> => {
  const wanted = vacation.from === null ? undefined : canonicalAddress(vacation.from)
  const from = wanted !== undefined && own.has(wanted) ? wanted : encodeAddress(recipient.forwardPath)
  const message = vacationMail({ answer: vacation, from, to, answered: view, messageId: `${randomUUID()}@${domainOf(address)}`, atMs })
  return writtenFor(signing, { recipient, address, to, from, sender }, message)
}

export interface Told {
  readonly notification: Notification
  readonly view: SieveMessage
  readonly recipient: Recipient
  readonly address: string
  readonly to: string
  readonly atMs: number
  readonly sender: string
}

export const noticeToQueue = (signing: Signing, { notification, view, recipient, address, to, atMs, sender }: Told): Promise<ToQueue> => {
  const from = encodeAddress(recipient.forwardPath)
  const message = noticeMail({ notification, from, to, about: view, messageId: `${randomUUID()}@${domainOf(address)}`, atMs })
  return writtenFor(signing, { recipient, address, to, from, sender }, message)
}

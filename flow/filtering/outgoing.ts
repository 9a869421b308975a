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
import type { VacationAnswer } from '@bulkhead/wire/sieve/actions.ts'
import type { SieveMessage } from '@bulkhead/wire/sieve/message.ts'
import { encodeAddress } from '@bulkhead/wire/smtp/path.ts'
import { isAscii } from '@bulkhead/wire/trace/dsn.ts'
import type { Recipient, Transaction } from '../reception/session.ts'
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

/** Signed by the domain it comes from; one that can't be signed now is better than none. */
export const vacationToQueue = async ({ signer, log }: { readonly signer: DomainSigner; readonly log: Log }, away: Away): Promise<ToQueue> => {
  const { vacation, own, view, recipient, address, to, atMs, sender } = away
  const wanted = vacation.from === null ? undefined : canonicalAddress(vacation.from)
  const from = wanted !== undefined && own.has(wanted) ? wanted : encodeAddress(recipient.forwardPath)
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const message = vacationMail({ answer: vacation, from, to, answered: view, messageId: `${randomUUID()}@${domain}`, atMs })
  let signature = ''
  try {
    const signing = await nearestSigning(signer, domain)
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

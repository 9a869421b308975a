/**
 * Judges a message that came whole: asks who it is from and what the scanners say, all at once, and from that what becomes
 * of each account's copy. Nothing looks into a message for which no recipient has that stage on.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { WatchEvent } from '@bulkhead/door/contracts/watch.ts'
import { canonicalAddress } from '@bulkhead/mail/address/address.ts'
import { resultsField, submittedResult } from '@bulkhead/wire/mailauth/authentication-results.ts'
import { addressList } from '@bulkhead/wire/mime/address-list.ts'
import { fieldText, type HeaderField } from '@bulkhead/wire/mime/header.ts'
import { encodeAddress } from '@bulkhead/wire/smtp/path.ts'
import type { Authenticating, Authentication, Authenticator } from '../../authentication/authenticate.ts'
import type { Recipient, Session, Transaction } from '../session.ts'
import type { Evidence, Scanned } from './evidence.ts'
import type { Scanner, ScanMail } from './scanner.ts'
import { settled, verdictFor, type Verdict } from './verdict.ts'

export interface JudgePorts {
  /** Null: nobody is asked who a message is from. */
  readonly authenticator: Authenticator | null
  readonly scanners: readonly Scanner[]
  readonly meter: Meter
  readonly log: Log
  tell(event: Omit<WatchEvent, 'at'>): void
}

/** A message that came whole. */
export interface WholeMail {
  readonly id: string
  readonly message: Buffer
  readonly header: Buffer
  readonly fields: readonly HeaderField[]
}

export type Judged =
  /** A scanner wants the sender to come again, or has to be waited for. */
  | { readonly is: 'later' }
  | { readonly is: 'judged'; readonly evidence: Evidence; readonly verdicts: ReadonlyMap<AccountHandle, Verdict> }

export interface Judging {
  /** `recipients`: each account once. Never rejects. */
  end(mail: WholeMail, recipients: readonly Recipient[]): Promise<Judged>
}

export interface Judge {
  /** The first content is here: what can be asked by envelope alone is asked now. */
  begin(session: Session, transaction: Transaction, by: string): Judging
}

/** A field with more bytes names too many to be one sender's. */
const fromBytesMax = 8_192
const sendersMax = 4
/** A scanner that is away is told of so often at most. */
const toldEveryMs = 60_000

const sendersOf = (reversePath: string, { header, fields }: WholeMail): readonly string[] => {
  const from = fields.find(({ name }) => name === 'from')
  const listed = from === undefined ? [] : addressList(fieldText(header, from).slice(0, fromBytesMax))
  const written = listed.flatMap((entry) => (entry.kind === 'mailbox' && entry.host !== null ? [`${entry.localPart}@${entry.host}`] : []))
  const all = [reversePath, ...written].map(canonicalAddress).filter((address) => address !== undefined)
  return [...new Set(all)].slice(0, sendersMax)
}

const onceAsked = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => (made ??= make())
}

const refusing: readonly string[] = ['asPublished', 'reject']

/** Nobody could be asked whether the message is from a domain that wants others refused: to take it would open a way round. */
const isUndecided = (authentication: Authentication | null, recipients: readonly Recipient[]): boolean => {
  if (authentication?.dmarc.result !== 'temperror' || authentication.dmarc.policy !== 'reject') return false
  return recipients.some(({ filter: { modes, policy } }) => modes.forged === 'enforce' && refusing.includes(policy['forged.action']))
}

const unscanned = ({ name, stage }: Scanner): Scanned =>
  ({ scanner: name, stage, result: 'unscanned', detail: '', score: null, asks: null, reply: null, changes: null })

export const judge = ({ authenticator, scanners, meter, log, tell }: JudgePorts): Judge => {
  const toldAtMs = new Map<string, number>()

  const tellAway = ({ name, whenAway }: Scanner, error: unknown): void => {
    meter.count('intake_scanner_away', 1, { scanner: name })
    const nowMs = performance.now()
    if (nowMs - (toldAtMs.get(name) ?? -Infinity) < toldEveryMs) return
    toldAtMs.set(name, nowMs)
    log.error('scannerAway', error, { scanner: name })
    tell({ kind: 'reception.scannerAway', outcome: `${name}: ${whenAway}` })
  }

  const scan = async (scanner: Scanner, mail: ScanMail): Promise<Scanned | 'later' | undefined> => {
    if (mail.message.length > scanner.sizeBytesMax) {
      meter.count('intake_unscanned', 1, { scanner: scanner.name })
      return scanner.whenAway === 'mark' ? unscanned(scanner) : undefined
    }
    try {
      const scanned = await scanner.scan(mail)
      meter.count('intake_scanned', 1, { scanner: scanner.name, result: scanned === 'later' ? 'later' : scanned.result })
      return scanned
    } catch (error) {
      tellAway(scanner, error)
      if (scanner.whenAway === 'tempfail') return 'later'
      return scanner.whenAway === 'mark' ? unscanned(scanner) : undefined
    }
  }

  const tellVerdicts = (verdicts: ReadonlyMap<AccountHandle, Verdict>): void => {
    for (const [account, { fate, findings }] of verdicts) {
      meter.count('intake_judged', 1, { fate })
      for (const { stage } of findings) meter.count('intake_found', 1, { stage })
      const virus = findings.find(({ stage }) => stage === 'virus')
      if (virus !== undefined) tell({ kind: 'reception.virus', subject: account, outcome: `${fate}: ${virus.detail}` })
    }
  }

  return {
    begin(session, transaction, by) {
      const { client, caller } = session
      const { submitter } = transaction
      // What our courier brings was let in by a login of ours, or is a report of our own.
      const authenticating: Authenticating | undefined =
        caller === 'gate' ? authenticator?.begin({ peer: client.address, helo: client.helo, reversePath: transaction.reversePath, by }) : undefined
      return {
        async end(whole, recipients) {
          const { reverseName } = await client.facts
          const mail: ScanMail = {
            peerName: reverseName.is === 'confirmed' ? reverseName.name : null,
            message: whole.message, id: whole.id, peer: client.address, helo: client.helo,
            reversePath: transaction.reversePath, forwardPaths: transaction.recipients.map(({ forwardPath }) => encodeAddress(forwardPath)),
          }
          const wanted = scanners.filter(({ stage }) => recipients.some(({ filter }) => filter.modes[stage] !== 'off'))
          const [authentication, ...scans] = await Promise.all([
            authenticating?.end(whole.message) ?? null,
            ...wanted.map((scanner) => scan(scanner, mail)),
          ])
          if (scans.includes('later') || isUndecided(authentication, recipients)) return { is: 'later' }
          const evidence: Evidence = {
            senders: onceAsked(() => sendersOf(transaction.reversePath, whole)),
            authentication,
            submitted: submitter === null ? null : resultsField(by, [submittedResult(submitter)]),
            scans: scans.filter((one) => one !== undefined && one !== 'later'),
          }
          const own = recipients.map(({ account, filter }) => verdictFor(evidence, { ...filter, account }))
          const final = settled(own, caller === 'courier')
          const verdicts = new Map(recipients.flatMap(({ account }, at) => {
            const verdict = final[at]
            return verdict === undefined ? [] : [[account, verdict] as const]
          }))
          tellVerdicts(verdicts)
          return { is: 'judged', evidence, verdicts }
        },
      }
    },
  }
}

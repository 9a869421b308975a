/** What reception does for reports between domains: notes what DMARC came to, and hands on what came to a report address. */
import { createHash } from 'node:crypto'
import { accountHandle, uuidFromBytes, type AccountHandle } from '@bulkhead/base/ids.ts'
import { assert } from '@bulkhead/base/assert.ts'
import type { DmarcOverride, DmarcResults } from '@bulkhead/mail/ports/dmarc-results.ts'
import { domainsOf } from '@bulkhead/mail/filtering/settings.ts'
import { domainOf } from '@bulkhead/mail/queue/record.ts'
import type { DmarcPolicy } from '@bulkhead/wire/mailauth/results.ts'
import { vouchedFor } from '@bulkhead/wire/mailauth/vouching.ts'
import type { Authentication } from '../authentication/authenticate.ts'
import type { ReportReader, Taken } from '../reports/reading.ts'
import type { Stored } from './fold.ts'
import type { Evidence, Fate } from './judging/evidence.ts'
import type { Verdict } from './judging/verdict.ts'
import type { Recipient, Session, Transaction } from './session.ts'

export interface Hearing {
  readonly dmarc: DmarcResults
  readonly reader: Pick<ReportReader, 'take'>
}

/** No account has it; it stands where one would, the same for an address each time. */
export const reportAccount = (address: string): AccountHandle => {
  const account = accountHandle(uuidFromBytes(createHash('sha256').update(`report address ${address}`).digest().subarray(0, 16)))
  assert(account !== undefined, 'a digest makes a handle')
  return account
}

const dispositions: Readonly<Record<Fate, DmarcPolicy>> = { inbox: 'none', junk: 'quarantine', quarantine: 'quarantine', discard: 'reject', reject: 'reject' }

/** What was done because of DMARC: a message that passed, and is junk for another reason, was let through by it. */
const doneBy = ({ dmarc }: Authentication, verdict: Verdict | undefined): DmarcPolicy =>
  dmarc.result === 'fail' && verdict?.by?.stage === 'forged' ? dispositions[verdict.fate] : 'none'

const overrideOf = ({ dmarc, arc }: Authentication, disposition: DmarcPolicy, { filter: { policy } }: Recipient): DmarcOverride | null => {
  if (disposition === dmarc.disposition) return null
  return vouchedFor(arc, dmarc.fromDomain, domainsOf(policy['forged.sealers'])) ? 'trusted_forwarder' : 'local_policy'
}

export interface JudgedAt {
  readonly evidence: Evidence
  readonly verdicts: ReadonlyMap<AccountHandle, Verdict>
  readonly atMs: number
}

export const noteDmarc = (
  { dmarc }: Hearing,
  { client }: Session,
  { reversePath, recipients: [first] }: Transaction,
  { evidence: { authentication }, verdicts, atMs }: JudgedAt,
): void => {
  if (authentication === null || first === undefined) return
  const disposition = doneBy(authentication, verdicts.get(first.account))
  dmarc.note({
    atMs, peer: client.address, envelopeFrom: reversePath === '' ? '' : domainOf(reversePath), envelopeTo: first.forwardPath.domain.toLowerCase(),
    spf: authentication.spf, dkim: authentication.dkim, dmarc: authentication.dmarc, disposition, override: overrideOf(authentication, disposition, first),
  })
}

const becomes: Readonly<Record<Taken, Stored>> = { taken: 'discarded', busy: 'fault', noReport: 'gone' }

/** What becomes of the message at report addresses. One that is no report has nobody there to read it, and its sender is told. */
export const hearReports = (
  { reader }: Hearing,
  recipients: readonly Recipient[],
  { authentication }: Evidence,
  message: Buffer,
): ReadonlyMap<AccountHandle, Stored> => {
  const authenticated = authentication?.dmarc.result === 'pass' ? authentication.dmarc.fromDomain : null
  return new Map(recipients.flatMap(({ account, reportsOf }): readonly (readonly [AccountHandle, Stored])[] => {
    if (reportsOf === undefined) return []
    return [[account, becomes[reader.take({ domain: reportsOf, authenticated, message })]]]
  }))
}

/** From what DMARC came to for a message to the row of a report it is counted in (RFC 9990 section 3.1.1). */
import type { DmarcNote, DmarcResults } from '@bulkhead/mail/ports/dmarc-results.ts'
import type { SpfOutcome } from '@bulkhead/wire/mailauth/results.ts'
import type { DmarcRow, PublishedPolicy } from '@bulkhead/wire/reports/dmarc-report.ts'
import type { FactGathering } from './facts.ts'

/** RFC 9990 section 3.1.1.13: signatures of one row. */
const signaturesMax = 100

/** What is kept of the policy until the report is made: what it shows, and where it goes. */
export interface KeptPolicy {
  readonly policy: PublishedPolicy
  /** The Organizational Domain. */
  readonly organization: string
  readonly rua: readonly string[]
}

const spfOf = ({ domain, identity, result }: SpfOutcome) => ({ domain, scope: identity === 'mailfrom' ? 'mfrom' : 'helo', result })

/** Undefined where nobody wants to hear of it. */
export const dmarcFact = (note: DmarcNote): { readonly domain: string; readonly kept: KeptPolicy; readonly row: Omit<DmarcRow, 'count'> } | undefined => {
  const { record, policyDomain, fromDomain } = note.dmarc
  if (record === null || policyDomain === null || fromDomain === null || note.peer === null || record.rua.length === 0) return undefined
  const passed = note.dmarc.result === 'pass'
  return {
    domain: policyDomain,
    kept: {
      policy: {
        domain: policyDomain, p: record.p, sp: record.sp ?? '', np: record.np ?? '', adkim: record.adkim, aspf: record.aspf, fo: record.fo,
        testing: record.testing ? 'y' : 'n',
      },
      organization: note.dmarc.organizationalDomain ?? policyDomain,
      rua: record.rua,
    },
    row: {
      sourceIp: note.peer,
      disposition: passed && note.disposition === 'none' ? 'pass' : note.disposition,
      dkim: note.dmarc.dkimAligned ? 'pass' : 'fail',
      spf: note.dmarc.spfAligned ? 'pass' : 'fail',
      overrides: note.override === null ? [] : [{ type: note.override, comment: '' }],
      headerFrom: fromDomain,
      envelopeFrom: note.envelopeFrom,
      envelopeTo: note.envelopeTo,
      dkimResults: note.dkim.slice(0, signaturesMax).filter(({ domain }) => domain !== '')
        .map(({ domain, selector, result }) => ({ domain, selector, result })),
      spfResults: note.spf.domain === '' ? [] : [spfOf(note.spf)],
    },
  }
}

export const dmarcResults = (gathering: Pick<FactGathering, 'add'>): DmarcResults => ({
  note(note) {
    const fact = dmarcFact(note)
    if (fact !== undefined) gathering.add('dmarc', note.atMs, fact.domain, JSON.stringify(fact.kept), JSON.stringify(fact.row))
  },
})

/** DMARC (RFC 9989): what receivers do with mail that only pretends to be the domain's. */
import { walkNames } from '@bulkhead/wire/mailauth/dmarc-check.ts'
import { isDmarcRecord, readDmarcRecord } from '@bulkhead/wire/mailauth/dmarc-record.ts'
import type { DmarcPolicy, DmarcRecord } from '@bulkhead/wire/mailauth/results.ts'
import { away, good, missing, recordCheck, wrong, type Check, type DomainFacts, type Verdict } from '../check.ts'
import type { Outside } from '../outside.ts'

const hasPolicy = /;\s*p\s*=/i

const judged = (records: readonly string[], advice: string, policyOf: (record: DmarcRecord) => DmarcPolicy): Verdict => {
  const [text, ...more] = records.filter(isDmarcRecord)
  if (text === undefined) return missing(advice)
  if (more.length > 0) return wrong('There are several DMARC records, so none counts. Make them one.')
  const record = readDmarcRecord(text)
  if (record === undefined || !hasPolicy.test(text)) return wrong('The record names no policy (p=none, quarantine or reject).')
  const hint = 'p=none asks for reports only; when they show nobody but you, p=quarantine keeps forgers out.'
  return good(policyOf(record) === 'none' ? hint : '')
}

/** The record of a domain above, which holds for this one too (section 4.10). */
const inherited = async (domain: string, outside: Outside): Promise<{ readonly name: string; readonly records: readonly string[] } | 'none' | 'away'> => {
  for (const above of walkNames(domain).slice(1)) {
    const name = `_dmarc.${above}`
    const answer = await outside.query(name, 'TXT')
    if (answer.is === 'away') return 'away'
    if (answer.is === 'found' && answer.records.some(isDmarcRecord)) return { name, records: answer.records }
  }
  return 'none'
}

export const dmarc = ({ domain }: DomainFacts): readonly Check[] => {
  const name = `_dmarc.${domain}`
  const advice = 'The large receivers refuse mail of domains without it, and anybody may pretend to be you. Add the record.'
  const own = recordCheck({
    what: 'DMARC', rfc: '9989', need: 'necessary', name, type: 'TXT', wanted: [`v=DMARC1; p=none; rua=mailto:dmarc-reports@${domain}`], missing: advice,
    judge: ({ records }) => judged(records, advice, ({ p }) => p),
  })
  return [{
    unasked: own.unasked,
    async ask(outside) {
      const line = await own.ask(outside)
      if (line.state !== 'missing') return line
      const above = await inherited(domain, outside)
      if (above === 'none') return line
      if (above === 'away') return { ...line, ...away(name) }
      const found = above.records.filter(isDmarcRecord).map((record) => `${record} (at ${above.name})`)
      return { ...line, found, ...judged(above.records, advice, ({ p, sp }) => sp ?? p) }
    },
  }]
}

/** DMARC (RFC 9989): what receivers do with mail that only pretends to be the domain's. */
import { away, good, missing, recordCheck, wrong, type Check, type DomainFacts, type Verdict } from '../check.ts'
import type { Outside } from '../outside.ts'
import { ofVersion, tagsOf } from '../tags.ts'

const policies = ['none', 'quarantine', 'reject']
/** Section 4.10: how far up a record is looked for. */
const parentsMax = 8

const judged = (records: readonly string[], advice: string): Verdict => {
  const [record, ...more] = ofVersion(records, 'DMARC1')
  if (record === undefined) return missing(advice)
  if (more.length > 0) return wrong('There are several DMARC records, so none counts. Make them one.')
  const policy = tagsOf(record).get('p')?.toLowerCase() ?? ''
  if (!policies.includes(policy)) return wrong('The record names no policy (p=none, quarantine or reject).')
  return good(policy === 'none' ? 'p=none asks for reports only; when they show nobody but you, p=quarantine keeps forgers out.' : '')
}

/** The record of a domain above, which holds for this one too. */
const inherited = async (domain: string, outside: Outside): Promise<{ readonly name: string; readonly records: readonly string[] } | undefined | 'away'> => {
  const labels = domain.split('.')
  for (let at = 1; at < labels.length - 1 && at <= parentsMax; at += 1) {
    const name = `_dmarc.${labels.slice(at).join('.')}`
    const answer = await outside.query(name, 'TXT')
    if (answer.is === 'away') return 'away'
    if (answer.is === 'found' && ofVersion(answer.records, 'DMARC1').length > 0) return { name, records: answer.records }
  }
  return undefined
}

export const dmarc = ({ domain }: DomainFacts): readonly Check[] => {
  const name = `_dmarc.${domain}`
  const advice = 'The large receivers refuse mail of domains without it, and anybody may pretend to be you. Add the record.'
  const own = recordCheck({
    what: 'DMARC', rfc: '9989', need: 'necessary', name, type: 'TXT', wanted: [`v=DMARC1; p=none; rua=mailto:dmarc-reports@${domain}`], missing: advice,
    judge: ({ records }) => judged(records, advice),
  })
  return [{
    unasked: own.unasked,
    async ask(outside) {
      const line = await own.ask(outside)
      if (line.state !== 'missing') return line
      const above = await inherited(domain, outside)
      if (above === undefined) return line
      if (above === 'away') return { ...line, ...away(name) }
      return { ...line, found: above.records.map((record) => `${record} (at ${above.name})`), ...judged(above.records, advice) }
    },
  }]
}

/** SPF (RFC 7208): whose addresses may send for the domain. What is found is tried, not compared. */
import type { DnsType } from '@bulkhead/door/contracts/scout.ts'
import type { SpfResult } from '@bulkhead/wire/mailauth/results.ts'
import { checkSpf } from '@bulkhead/wire/mailauth/spf-check.ts'
import { isSpfRecord, readSpfRecord } from '@bulkhead/wire/mailauth/spf-record.ts'
import type { DnsReply } from '@bulkhead/wire/mailauth/dns-question.ts'
import { good, missing, recordCheck, wrong, type Check, type DomainFacts, type Verdict } from '../check.ts'
import { poolOf } from '../../queue/egress-pool.ts'
import type { Outside } from '../outside.ts'

/** For documentation only (RFC 5737): nobody sends from here. */
const nobodys = '203.0.113.255'

const resultFor = async (peer: string, { domain, host: { hostName }, nowMs }: DomainFacts, outside: Outside): Promise<SpfResult> => {
  const checking = checkSpf({ peer, helo: hostName, reversePath: `postmaster@${domain}`, by: hostName, nowMs })
  let step = checking.next()
  while (step.done !== true) {
    const { name, type } = step.value
    step = checking.next((await outside.query(name, type satisfies DnsType)) as DnsReply<unknown>)
  }
  return step.value.result
}

/** Addresses that mail of the domain leaves from, beside those the domain's MX lead to. */
const pooled = ({ host: { egress }, brand }: DomainFacts): readonly string[] =>
  (poolOf(egress, brand)?.sources ?? []).flatMap(({ v4, v6 }) => [v4, v6].filter((address) => address !== null))

const termOf = (address: string): string => `${address.includes(':') ? 'ip6' : 'ip4'}:${address}`

const judged = async (facts: DomainFacts, outside: Outside, record: string): Promise<Verdict> => {
  if (readSpfRecord(record) === undefined) return wrong('The record can not be read; receivers treat it as an error. Replace it by what is wanted.')
  if ((await resultFor(nobodys, facts, outside)) === 'pass') return wrong('The record allows everybody to send for the domain. End it with ~all or -all.')
  const own = pooled(facts)
  for (const address of own.length === 0 ? [facts.host.address] : own) {
    if (address === null) continue
    const result = await resultFor(address, facts, outside)
    if (result === 'temperror') return { state: 'away', advice: 'Names in the record could not be asked; try again.' }
    const term = own.length === 0 ? 'mx' : termOf(address)
    const advice = `Mail sent from here (${address}) gets "${result}". Put "${term}" into the record, before its "all".`
    if (result !== 'pass') return wrong(advice)
  }
  return good()
}

export const spf = (facts: DomainFacts): readonly Check[] => {
  const advice = `Receivers can't tell your servers from a forger's, and the large ones refuse the mail. Add the record.`
  const wanted = ['v=spf1 mx', ...pooled(facts).map(termOf), '~all'].join(' ')
  return [recordCheck({
    what: 'SPF', rfc: '7208', need: 'necessary', name: facts.domain, type: 'TXT', wanted: [wanted], missing: advice,
    judge({ records }, outside) {
      const [record, ...more] = records.filter(isSpfRecord)
      if (record === undefined) return missing(advice)
      if (more.length > 0) return wrong('There are several SPF records, which receivers treat as an error. Make them one.')
      return judged(facts, outside, record)
    },
  })]
}

/** MTA-STS (RFC 8461): the record, the host, and the policy as others get it. */
import type { DomainLine } from '@bulkhead/door/contracts/desk.ts'
import { stsCovers } from '@bulkhead/wire/sts/policy.ts'
import { stsIdOf } from '@bulkhead/wire/sts/record.ts'
import { good, recordCheck, wrong, type Check, type DomainFacts, type Verdict } from '../check.ts'
import type { Outside } from '../outside.ts'

type Policy = NonNullable<Awaited<ReturnType<Outside['policy']>>['policy']>

const judged = ({ mx }: Policy, hostName: string): Verdict =>
  stsCovers({ mode: 'testing', mx, maxAgeSeconds: 0 }, hostName)
    ? good()
    : wrong(`The policy does not name ${hostName}: senders that believe it can't deliver here. Serve the cell's own.`)

const policy = ({ domain, host: { hostName } }: DomainFacts): Check => {
  const unasked: DomainLine = {
    what: 'MTA-STS policy', rfc: '8461', need: 'recommended', name: `https://mta-sts.${domain}/.well-known/mta-sts.txt`, type: 'HTTPS',
    wanted: [`mx: ${hostName}`], found: [], state: 'unasked', advice: '', zone: [],
  }
  return {
    unasked,
    async ask(outside) {
      const { policy: found, problem } = await outside.policy(domain)
      if (found !== null) return { ...unasked, found: [`mode: ${found.mode}`, ...found.mx.map((pattern) => `mx: ${pattern}`)], ...judged(found, hostName) }
      const advice = `It could not be fetched (${problem}). It needs the record mta-sts.${domain}, port 443 from outside, and a certificate with that name.`
      return { ...unasked, state: 'missing', advice }
    },
  }
}

/** Addresses do as well as an alias; whether they are the right ones shows when the policy is fetched. */
const byAddressToo = ({ domain }: DomainFacts, check: Check): Check => ({
  unasked: check.unasked,
  async ask(outside) {
    const line = await check.ask(outside)
    if (line.state !== 'missing') return line
    const answers = await Promise.all([outside.query(`mta-sts.${domain}`, 'A'), outside.query(`mta-sts.${domain}`, 'AAAA')])
    const found = answers.flatMap((answer) => (answer.is === 'found' ? answer.records : []))
    return found.length > 0 ? { ...line, found, ...good() } : line
  },
})

export const mtaSts = (facts: DomainFacts): readonly Check[] => {
  const { domain, host: { hostName, stsId } } = facts
  if (stsId === null) return []
  const advice = 'Without it senders can be talked out of TLS. Add the record.'
  return [
    recordCheck({
      what: 'MTA-STS', rfc: '8461', need: 'recommended', name: `_mta-sts.${domain}`, type: 'TXT', wanted: [`v=STSv1; id=${stsId};`], missing: advice,
      judge({ records }) {
        const id = stsIdOf(records)
        if (id === undefined) return wrong('There must be exactly one record of this form. Replace what is found by what is wanted.')
        return id === stsId ? good() : wrong('The policy has changed since; senders take it on when the id changes. Replace what is found by what is wanted.')
      },
    }),
    byAddressToo(facts, recordCheck({
      what: 'MTA-STS host', rfc: '8461', need: 'recommended', name: `mta-sts.${domain}`, type: 'CNAME', wanted: [hostName],
      missing: 'The policy is fetched from this name; it must lead to the cell\u2019s host, by CNAME or by addresses. Add the record.',
      judge: ({ records }) => (records.includes(hostName) ? good() : wrong(`The name leads to ${records.join(', ')}; the policy is served by ${hostName}.`)),
    })),
    policy(facts),
  ]
}

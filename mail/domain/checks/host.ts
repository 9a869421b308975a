/** The addresses of the cell's host, and the name they lead back to (RFC 5321 section 4.1.4, RFC 1912 section 2.1). */
import type { DnsAnswer } from '@bulkhead/door/contracts/scout.ts'
import { reverseName } from '../reverse-name.ts'
import { away, good, missing, recordCheck, shown, wrong, type Check, type DomainFacts } from '../check.ts'

const isV6 = (address: string): boolean => address.includes(':')

const valuesOf = (answer: DnsAnswer<string>): readonly string[] => (answer.is === 'found' ? answer.records : [])

const address = ({ host: { hostName, address: own } }: DomainFacts): Check => {
  const type = own !== null && isV6(own) ? 'AAAA' : 'A'
  const base = recordCheck({
    what: 'host', rfc: '5321', need: 'necessary', name: hostName, type, wanted: own === null ? [] : [own], missing: '', judge: () => good(),
  })
  return {
    unasked: base.unasked,
    async ask(outside) {
      const [v4, v6] = await Promise.all([outside.query(hostName, 'A'), outside.query(hostName, 'AAAA')])
      const found = [...valuesOf(v4).map((value) => shown('A', value)), ...valuesOf(v6).map((value) => shown('AAAA', value))]
      if (found.length === 0 && (v4.is === 'away' || v6.is === 'away')) return { ...base.unasked, ...away(hostName) }
      if (found.length === 0) return { ...base.unasked, ...missing(`${hostName} has no address, so nobody can connect. Add one to the zone it is in.`) }
      const verdict = own === null || found.includes(own) ? good() : wrong(`${hostName} leads elsewhere; the cell listens on ${own}.`)
      return { ...base.unasked, found, ...verdict }
    },
  }
}

export const host = (facts: DomainFacts): readonly Check[] => {
  const { hostName, address: own } = facts.host
  if (own === null) return [address(facts)]
  return [address(facts), recordCheck({
    what: 'reverse name', rfc: '1912', need: 'recommended', name: reverseName(own), type: 'PTR', wanted: [hostName],
    missing: `Many receivers refuse mail from an address without a name. Ask whoever gave you ${own} to set it to ${hostName}.`,
    judge: ({ records }) => (records.includes(hostName) ? good() : wrong(`Ask whoever gave you ${own} to set its name to ${hostName}.`)),
  })]
}

/** `domain check` and `domain zone`: what DNS should say of a domain, what it says, and the lines that make it so. */
import type { Command } from 'commander'
import type { DomainLine } from '@bulkhead/door/contracts/desk.ts'
import { isTrouble } from '@bulkhead/mail/domain/check-domain.ts'
import { common, show, type CommonOptions } from '../context.ts'
import { granted } from '../refusal-text.ts'
import { withDomain } from '../session.ts'

const words: Readonly<Record<DomainLine['state'], string>> = { good: 'ok', missing: 'missing', wrong: 'WRONG', away: 'unknown', unasked: '' }

/** A hard lack shouts, a soft one does not. */
const stateOf = (line: DomainLine): string => {
  if (line.need === 'optional' && line.state === 'missing') return '–'
  return isTrouble(line) ? words[line.state].toUpperCase() : words[line.state]
}

const stateWidth = 9
const whatWidth = 22
const indent = ' '.repeat(stateWidth)

const listed = (label: string, values: readonly string[]): readonly string[] =>
  (values.length === 0 ? ['(nothing)'] : values).map((value, at) => `${indent}${(at === 0 ? label : '').padEnd(9)}${value}`)

const textOf = (line: DomainLine): readonly string[] => {
  const head = `${stateOf(line).padEnd(stateWidth)}${line.what.padEnd(whatWidth)}${line.name} ${line.type}`
  // Nobody wants the same sentence for every name: the summary says it once.
  if (line.state === 'away') return [head]
  const details = line.state === 'good' || line.need === 'optional'
    ? []
    : [...(line.wanted.length === 0 ? [] : listed('wanted', line.wanted)), ...listed('found', line.found)]
  return [head, ...details, ...(line.advice === '' ? [] : [`${indent}${line.advice}`])]
}

const summaryOf = (domain: string, lines: readonly DomainLine[]): string => {
  const trouble = lines.filter(isTrouble).length
  const more = lines.filter(({ need, state }) => need === 'recommended' && state !== 'good').length
  const unknown = lines.filter(({ state }) => state === 'away').length
  if (unknown > 0) {
    return `${domain}: DNS could not be asked about ${unknown} of these, or their signatures are wrong; ./bulkhead doctor looks at the resolvers.`
  }
  const things = (count: number): string => (count === 1 ? 'thing is' : 'things are')
  const remedy = `./bulkhead domain zone ${domain} prints the records to add.`
  if (trouble > 0) return `${domain}: ${trouble} necessary ${things(trouble)} not right. ${remedy}`
  return more > 0 ? `${domain}: mail works; ${more} recommended ${things(more)} not right. ${remedy}` : `${domain}: everything is as it should be.`
}

const isIn = (domain: string, name: string): boolean => name === domain || name.endsWith(`.${domain}`)

/** Lines of other zones are comments: they belong to whoever keeps those. */
export const zoneText = (domain: string, lines: readonly DomainLine[]): readonly string[] => {
  const [own, others] = [lines.filter(({ name }) => isIn(domain, name)), lines.filter(({ name }) => !isIn(domain, name))]
  const records = others.flatMap(({ zone }) => zone)
  return [
    `; ${domain}, as ./bulkhead domain check wants it`,
    ...own.flatMap(({ zone }) => zone),
    ...(records.length === 0 ? [] : ['', '; These belong into other zones:', ...records.map((record) => `; ${record}`)]),
  ]
}

export const registerDomainCheck = (domains: Command): void => {
  common(domains.command('check <domain>')
    .description('what DNS should say of a domain, what it says, what to do; code 1 where something necessary is not right'))
    .action((given: string, options: CommonOptions) => withDomain(options, given, async ({ desk }) => {
      const domain = given.toLowerCase()
      const { lines } = granted(domain, await desk.ask('domainCheck', { domain, look: true }))
      const trouble = lines.some(isTrouble)
      show(options, { domain, good: !trouble, lines }, [...lines.flatMap(textOf), '', summaryOf(domain, lines)])
      if (trouble) process.exitCode = 1
    }))
  common(domains.command('zone <domain>').description('print the lines of a zone file after which `domain check` is content'))
    .action((given: string, options: CommonOptions) => withDomain(options, given, async ({ desk }) => {
      const domain = given.toLowerCase()
      const { lines } = granted(domain, await desk.ask('domainCheck', { domain, look: false }))
      show(options, { domain, records: lines.flatMap(({ zone }) => zone) }, zoneText(domain, lines))
    }))
}

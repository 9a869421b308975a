/** `domain`: the mail domains of an ISP. */
import type { Command } from 'commander'
import { CannotDo, common, configOf, platformOf, show, table, type CommonOptions } from '../context.ts'
import { granted } from '../refusal-text.ts'
import { withIsp, type Desk } from '../session.ts'
import { registerDomainCheck } from './domain-check.ts'
import { registerDkim } from './domain-dkim.ts'
import { registerReports } from './domain-reports.ts'
import { readDomains } from '../../supervisor/domains.ts'
import type { CellConfig } from '../../config/config.ts'

/** Without a brand named, the domain goes to the one that is named as the ISP, made now if need be. */
const ensureBrand = async (desk: Desk, cell: CellConfig): Promise<string> => {
  const { brands } = granted('brands', await desk.ask('brandList', {}))
  const [only] = brands
  if (only !== undefined && brands.length === 1) return only.brand
  if (!brands.some(({ brand }) => brand === cell.isp)) granted('brand', await desk.ask('brandAdd', { brand: cell.isp, name: cell.name }))
  return cell.isp
}

/** A domain is one cell's: mail for it must have one place to go. */
const refuseTaken = (options: CommonOptions, domain: string, own: string): void => {
  const paths = platformOf(options)
  const cells = new Set(configOf(paths).cells.map(({ id }) => id as string))
  const other = Object.entries(readDomains(paths.data)).find(([cell, domains]) => cell !== own && cells.has(cell) && domains.includes(domain))
  if (other !== undefined) throw new CannotDo(`${domain} belongs to ${other[0]}; remove it there first with: ./bulkhead domain remove ${other[0]} ${domain}`)
}

export const registerDomain = (program: Command): void => {
  const domains = program.command('domain').description('mail domains of an ISP')
  common(domains.command('add <isp> <domain>').description('add a domain'))
    .option('--brand <brand>', 'brand it belongs to (default: the only one, or the ISP\'s own)')
    .action((isp: string, given: string, options: CommonOptions & { readonly brand?: string }) => withIsp(options, isp, async (session, cell) => {
      const domain = given.toLowerCase()
      refuseTaken(options, domain, cell.id)
      const brand = options.brand ?? (await ensureBrand(session.desk, cell))
      granted(`domain ${domain}`, await session.desk.ask('domainAdd', { domain, brand }))
      await session.reroute()
      show(options, { domain, isp, brand }, [
        `domain ${domain} added to ${isp}, brand ${brand}`,
        `what DNS needs: ./bulkhead domain zone ${domain}; whether it has it: ./bulkhead domain check ${domain}`,
      ])
    }))
  common(domains.command('list <isp>').description('list domains'))
    .action((isp: string, options: CommonOptions) => withIsp(options, isp, async ({ desk }) => {
      const answer = granted('domains', await desk.ask('domainList', {}))
      show(options, answer, table(['DOMAIN', 'BRAND'], answer.domains.map(({ domain, brand }) => [domain, brand])))
    }))
  common(domains.command('remove <isp> <domain>').description('remove a domain that no address uses'))
    .action((isp: string, domain: string, options: CommonOptions) => withIsp(options, isp, async (session) => {
      granted(`domain ${domain}`, await session.desk.ask('domainRemove', { domain: domain.toLowerCase() }))
      await session.reroute()
      show(options, { domain }, [`domain ${domain} removed`])
    }))
  registerDkim(domains)
  registerReports(domains)
  registerDomainCheck(domains)
}

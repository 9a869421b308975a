/** `domain dkim`: the keys a domain's mail is signed with (RFC 6376), and the DNS records that show them. */
import type { Command } from 'commander'
import type { SignerLine } from '@bulkhead/door/contracts/desk.ts'
import { zoneLine } from '@bulkhead/mail/dkim/key-record.ts'
import { CannotDo, common, show, table, type CommonOptions } from '../context.ts'
import { granted } from '../refusal-text.ts'
import { withDomain, type Desk } from '../session.ts'

const changes = { use: 'signing', retire: 'retired', destroy: 'destroyed' } as const
const acts = ['show', 'new', ...Object.keys(changes)]

const inDns = (shown: boolean | null): string => {
  if (shown === null) return '?'
  return shown ? 'yes' : 'no'
}

const linesOf = (signers: readonly SignerLine[]): readonly string[] => {
  if (signers.length === 0) return ['no keys yet; make them with: ./bulkhead domain dkim DOMAIN new']
  const rows = signers.map(({ selector, algorithm, state, sinceMs, inDns: shown }) =>
    [selector, algorithm, state, new Date(sinceMs).toISOString().slice(0, 10), inDns(shown)])
  const unseen = signers.filter(({ inDns: shown, state }) => shown !== true && state !== 'retired')
  return [
    ...table(['SELECTOR', 'ALGORITHM', 'STATE', 'SINCE', 'IN DNS'], rows),
    ...(unseen.length === 0 ? [] : ['', 'These records belong into DNS:', ...unseen.map(({ record }) => zoneLine(record))]),
  ]
}

const listed = async (options: CommonOptions, desk: Desk, domain: string): Promise<void> => {
  const answer = granted(domain, await desk.ask('signerList', { domain }))
  show(options, answer, linesOf(answer.signers))
}

const change = async (desk: Desk, domain: string, act: keyof typeof changes, selector: string | undefined): Promise<void> => {
  if (selector === undefined) throw new CannotDo(`which key? ./bulkhead domain dkim ${domain} shows them; then: domain dkim ${domain} ${act} SELECTOR`)
  granted(`${selector} of ${domain}`, await desk.ask('signerChange', { domain, selector, state: changes[act] }))
}

const isChange = (act: string): act is keyof typeof changes => Object.hasOwn(changes, act)

export const registerDkim = (domains: Command): void => {
  common(domains.command('dkim <domain> [act] [selector]').description('DKIM keys: show (default), new, use SELECTOR, retire SELECTOR, destroy SELECTOR'))
    .action((given: string, act: string | undefined, selector: string | undefined, options: CommonOptions) => withDomain(options, given, async ({ desk }) => {
      const domain = given.toLowerCase()
      if (act !== undefined && !acts.includes(act)) throw new CannotDo(`"${act}" is none of ${acts.join(', ')}`)
      if (act === 'new') granted(domain, await desk.ask('signerNew', { domain }))
      else if (act !== undefined && isChange(act)) await change(desk, domain, act, selector)
      await listed(options, desk, domain)
    }))
}

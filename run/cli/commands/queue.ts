/** `queue`: what an ISP's courier still has to deliver, and what it gave up within a day. */
import type { Command } from 'commander'
import { queueStates, type QueueLine, type QueueState, type QueueTotals } from '@bulkhead/door/contracts/desk.ts'
import { CannotDo, common, show, table, type CommonOptions } from '../context.ts'
import { durationFrom, sizeText, wholeFrom } from '../measures.ts'
import { granted } from '../refusal-text.ts'
import { withIsp, type DeskSession } from '../session.ts'

const listMax = 1_000
const foreverMs = 365 * 86_400_000

const acts = [
  ['hold', 'do not try it until it is released'],
  ['release', 'try held mail again'],
  ['retry', 'try it now'],
  ['drop', 'give it up; its sender gets a report'],
  ['discard', 'throw it away; its sender is not told'],
  ['requeue', 'queue again what was given up within a day, as new'],
] as const

interface ListOptions extends CommonOptions {
  readonly limit: string
  readonly domain?: string
  readonly state?: string
  readonly sender?: string
  readonly olderThan?: string
}

const stateFrom = (text: string | undefined): QueueState | null => {
  if (text === undefined) return null
  const state = queueStates.find((one) => one === text)
  if (state === undefined) throw new CannotDo(`--state is one of ${queueStates.join(', ')}, not "${text}"`)
  return state
}

const lines = (items: readonly QueueLine[]): readonly string[] =>
  table(
    ['ID', 'DOMAIN', 'STATE', 'TRIES', 'NEXT', 'QUEUED', 'SIZE', 'SENDER', 'STATUS'],
    items.map(({ id, domain, state, attempts, nextAttemptAt, queuedAt, sizeBytes, sender, lastStatus }) =>
      [id, domain, state, String(attempts), nextAttemptAt ?? '', queuedAt, sizeText(sizeBytes), sender ?? '', lastStatus ?? '']),
  )

const totals = (domains: readonly QueueTotals[]): readonly string[] =>
  table(
    ['DOMAIN', 'WAITING', 'DEFERRED', 'HELD', 'GIVEN UP', 'OLDEST', 'PAUSED UNTIL'],
    domains.map(({ domain, waiting, deferred, held, bounced, oldestAt, pausedUntil }) =>
      [domain === '*' ? '(all)' : domain, ...[waiting, deferred, held, bounced].map(String), oldestAt ?? '', pausedUntil ?? '']),
  )

const registerViews = (queue: Command): void => {
  common(queue.command('list <isp>').description('list what waits, one line for each recipient')
    .option('--limit <n>', 'at most so many', '100')
    .option('--domain <domain>', 'to this domain')
    .option('--state <state>', `one of ${queueStates.join(', ')}`)
    .option('--sender <sender>', 'sent by this account: its address, or the pseudonym the list shows')
    .option('--older-than <time>', 'queued so long ago, such as 2h'))
    .action((isp: string, options: ListOptions) => {
      const ask = {
        message: null, domain: options.domain ?? null, state: stateFrom(options.state), sender: options.sender ?? null,
        olderThanMs: options.olderThan === undefined ? 0 : durationFrom(options.olderThan, '--older-than'),
        limit: wholeFrom(options.limit, '--limit', 1, listMax),
      }
      return withIsp(options, isp, async ({ desk }) => {
        const { items } = granted('queue', await desk.ask('queueList', ask))
        show(options, { items }, lines(items))
      })
    })
  common(queue.command('show <isp> <id>').description('every recipient of one message, those given up too'))
    .action((isp: string, id: string, options: CommonOptions) => withIsp(options, isp, async ({ desk }) => {
      const ask = { message: id, domain: null, state: null, sender: null, olderThanMs: 0, limit: listMax }
      const { items } = granted(id, await desk.ask('queueList', ask))
      if (items.length === 0) throw new CannotDo(`${id}: there is no such message in the queue; ./bulkhead queue list ${isp} shows them`)
      show(options, { items }, lines(items))
    }))
  common(queue.command('summary <isp>').description('how much waits, by domain, and what is paused').option('--limit <n>', 'at most so many domains', '50'))
    .action((isp: string, options: CommonOptions & { readonly limit: string }) => {
      const limit = wholeFrom(options.limit, '--limit', 1, listMax)
      return withIsp(options, isp, async ({ desk }) => {
        const { domains } = granted('queue', await desk.ask('queueSummary', { limit }))
        show(options, { domains }, totals(domains))
      })
    })
}

interface ActOptions extends CommonOptions {
  readonly domain?: string
  readonly sender?: string
}

type Desk = DeskSession['desk']

const registerActs = (queue: Command): void => {
  const actOn = async (desk: Desk, act: (typeof acts)[number][0], id: string | undefined, { domain, sender }: ActOptions): Promise<number> => {
    if (id !== undefined) return granted(id, await desk.ask('queueAct', { message: id, act })).recipients
    return granted('queue', await desk.ask('queueActOnAll', { domain: domain ?? null, sender: sender ?? null, act })).recipients
  }
  for (const [act, description] of acts) {
    common(queue.command(`${act} <isp> [id]`).description(description)
      .option('--domain <domain>', 'all mail to this domain, in place of an id')
      .option('--sender <sender>', 'all mail of this account, by address or pseudonym, in place of an id'))
      .action((isp: string, id: string | undefined, options: ActOptions) => {
        const filtered = options.domain !== undefined || options.sender !== undefined
        if ((id === undefined) !== filtered) throw new CannotDo(`name what to ${act}: an id, or --domain, --sender or both`)
        return withIsp(options, isp, async ({ desk }) => {
          const recipients = await actOn(desk, act, id, options)
          show(options, { act, id: id ?? null, recipients }, [`${act}: ${recipients} ${recipients === 1 ? 'recipient' : 'recipients'}`])
        })
      })
  }
}

const registerPauses = (queue: Command): void => {
  common(queue.command('pause <isp> <domain>').description('send nothing to a domain (*: to any) until it is resumed')
    .option('--for <time>', 'and go on by itself after so long, such as 2h'))
    .action((isp: string, domain: string, options: CommonOptions & { readonly for?: string }) => {
      const forMs = options.for === undefined ? foreverMs : durationFrom(options.for, '--for')
      return withIsp(options, isp, async ({ desk }) => {
        granted(domain, await desk.ask('queuePause', { domain, forMs }))
        show(options, { domain, paused: true }, [`${domain}: paused`])
      })
    })
  common(queue.command('resume <isp> <domain>').description('send to a paused domain again'))
    .action((isp: string, domain: string, options: CommonOptions) => withIsp(options, isp, async ({ desk }) => {
      granted(domain, await desk.ask('queuePause', { domain, forMs: 0 }))
      show(options, { domain, paused: false }, [`${domain}: resumed`])
    }))
}

export const registerQueue = (program: Command): void => {
  const queue = program.command('queue').description('mail that waits to leave')
  registerViews(queue)
  registerActs(queue)
  registerPauses(queue)
}

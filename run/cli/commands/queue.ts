/** `queue`: what an ISP's courier still has to deliver. */
import type { Command } from 'commander'
import { common, show, table, type CommonOptions } from '../context.ts'
import { sizeText, wholeFrom } from '../measures.ts'
import { granted } from '../refusal-text.ts'
import { withIsp } from '../session.ts'

const listMax = 1_000

const acts = [
  ['hold', 'do not try it until it is released'],
  ['release', 'try a held message again'],
  ['retry', 'try it now'],
  ['drop', 'throw it away; its sender is not told'],
] as const

export const registerQueue = (program: Command): void => {
  const queue = program.command('queue').description('mail that waits to leave')
  common(queue.command('list <isp>').description('list what waits').option('--limit <n>', 'at most so many', '100'))
    .action((isp: string, options: CommonOptions & { readonly limit: string }) => {
      const limit = wholeFrom(options.limit, '--limit', 1, listMax)
      return withIsp(options, isp, async ({ desk }) => {
        const { items } = granted('queue', await desk.ask('queueList', { limit }))
        show(options, { items }, table(
          ['ID', 'DOMAIN', 'STATE', 'TRIES', 'NEXT', 'QUEUED', 'SIZE', 'STATUS'],
          items.map(({ id, domain, state, attempts, nextAttemptAt, queuedAt, sizeBytes, lastStatus }) =>
            [id, domain, state, String(attempts), nextAttemptAt, queuedAt, sizeText(sizeBytes), lastStatus ?? '']),
        ))
      })
    })
  for (const [act, description] of acts) {
    common(queue.command(`${act} <isp> <id>`).description(description))
      .action((isp: string, id: string, options: CommonOptions) => withIsp(options, isp, async ({ desk }) => {
        const { recipients } = granted(id, await desk.ask('queueAct', { id, act }))
        show(options, { id, act, recipients }, [`${act}: ${recipients} ${recipients === 1 ? 'recipient' : 'recipients'}`])
      }))
  }
}

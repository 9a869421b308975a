import { reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Stage } from '../evidence.ts'

/** What several scanners say: the worst of it counts. */
export const spam: Stage = {
  name: 'spam',
  yields: true,
  look({ scans }, { policy }) {
    const said = scans.filter(({ stage }) => stage === 'spam')
    const found = said.find(({ result }) => result === 'worst') ?? said.find(({ result }) => result === 'bad')
    if (found === undefined) return undefined
    return {
      stage: 'spam',
      fate: found.asks ?? policy[found.result === 'worst' ? 'spam.worst' : 'spam.action'],
      detail: found.detail,
      reply: found.reply ?? reply(550, '5.7.1', 'Message refused: it looks like spam'),
    }
  },
}

import { reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Stage } from '../evidence.ts'

/** Nobody's word lets a virus in. */
export const virus: Stage = {
  name: 'virus',
  yields: false,
  look({ scans }, { policy }) {
    const found = scans.find(({ stage, result }) => stage === 'virus' && (result === 'bad' || result === 'worst'))
    if (found === undefined) return undefined
    return {
      stage: 'virus',
      fate: found.asks ?? policy['virus.action'],
      detail: found.detail,
      reply: found.reply ?? reply(550, '5.7.1', 'Message refused: it carries malicious software'),
    }
  },
}

/** `trace`: what became of a message, for the person at the telephone. */
import type { Command } from 'commander'
import { isUuid } from '@bulkhead/base/ids.ts'
import type { TraceLine } from '@bulkhead/door/contracts/desk.ts'
import { CannotDo, common, show, type CommonOptions } from '../context.ts'
import { wholeFrom } from '../measures.ts'
import { granted } from '../refusal-text.ts'
import { withIsp } from '../session.ts'

const messagesMax = 200
const dayMs = 86_400_000

interface TraceOptions extends CommonOptions {
  readonly since?: string
  readonly until?: string
  readonly limit: string
  readonly reason: string
}

const agoPattern = /^(\d{1,4})([mhd])$/
const unitMs = { m: 60_000, h: 3_600_000, d: dayMs } as const

/** `2h`, `3d`, or a moment as ISO 8601 writes it. */
const momentFrom = (text: string, option: string, nowMs: number): number => {
  const [, count, unit] = agoPattern.exec(text) ?? []
  if (unit === 'm' || unit === 'h' || unit === 'd') return nowMs - Number(count) * unitMs[unit]
  const ms = Date.parse(text)
  if (Number.isNaN(ms) || ms < 0) throw new CannotDo(`${option}: write how long ago (30m, 2h, 7d) or a moment (2026-11-21T09:00Z)`)
  return ms
}

const shown = ({ at, hop, state, from, to, peer, facts }: TraceLine): readonly string[] => [
  `  ${at}  ${hop.padEnd(10)}  ${state.padEnd(11)}  ${from === '' ? '<>' : from} -> ${to.join(', ')}${peer === null ? '' : `  [${peer}]`}`,
  ...Object.entries(facts).map(([name, text]) => `${' '.repeat(28)}${name}: ${text}`),
]

const story = (lines: readonly TraceLine[]): readonly string[] => {
  const byMessage = [...Map.groupBy(lines, ({ message }) => message)]
  if (byMessage.length === 0) return ['nothing is noted of that; traces are kept for 90 days']
  return byMessage.flatMap(([message, notes]) => {
    const named = notes.find(({ messageId }) => messageId !== null)?.messageId
    return [`${message}${named == null ? '' : `  <${named}>`}`, ...notes.flatMap(shown), '']
  })
}

export const registerTrace = (program: Command): void => {
  common(program.command('trace <isp> [what]')
    .description('what became of messages: by address, Message-ID, IP address, or id; without any, the latest')
    .option('--since <when>', 'not before: 2h, 7d, or 2026-11-21T09:00Z (default: 7d)')
    .option('--until <when>', 'not after')
    .option('--limit <n>', 'at most so many messages', '20')
    .option('--reason <text>', 'why you look; goes to the ledger', 'support'))
    .action((isp: string, what: string | undefined, options: TraceOptions) => {
      const nowMs = Date.now()
      const sinceMs = momentFrom(options.since ?? '7d', '--since', nowMs)
      const untilMs = options.until === undefined ? nowMs + dayMs : momentFrom(options.until, '--until', nowMs)
      const limit = wholeFrom(options.limit, '--limit', 1, messagesMax)
      return withIsp(options, isp, async ({ desk }) => {
        const by = what === undefined ? 'time' : isUuid(what) ? 'message' : 'text'
        const { lines, more } = granted('trace', await desk.ask('traceFind', { by, text: what ?? '', sinceMs, untilMs, limit, reason: options.reason }))
        show(options, { lines, more }, [...story(lines), ...(more ? ['there is more; narrow it with --since, --until or --limit'] : [])])
      })
    })
}

import { createHash } from 'node:crypto'
import { addressMistake } from '../address.ts'
import type { CommandDefinition } from '../definition.ts'
import { RunError } from '../run-state.ts'

const daySeconds = 86_400
const daysOtherwise = 7
const daysMax = 365
const subjectCharsMax = 256
const addressesMax = 50

const handleOf = (parts: readonly (string | boolean | null)[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)

/** RFC 5230, with `:seconds` (RFC 6131). */
export const vacation: CommandDefinition = {
  name: 'vacation',
  needs: 'vacation',
  signature: {
    tags: {
      days: { takes: 'number', group: 'period' },
      seconds: { takes: 'number', group: 'period', needs: 'vacation-seconds' },
      subject: { takes: 'string' },
      from: { takes: 'string' },
      addresses: { takes: 'strings' },
      mime: { takes: 'none' },
      handle: { takes: 'string' },
    },
    positional: ['string'],
  },
  compile(taken, compiling) {
    const [subject, from, handle, reason] = [taken.tagText('subject'), taken.tagText('from'), taken.tagText('handle'), taken.text(0)]
    const own = taken.tagTexts('addresses') ?? []
    if (own.length > addressesMax) compiling.mistake(taken.at, `:addresses has at most ${addressesMax} addresses`)
    const days = Math.min(daysMax, Math.max(1, taken.tagNumber('days') ?? daysOtherwise))
    const seconds = taken.tagNumber('seconds')
    return (run) => {
      if (run.actions.some((action) => action.is === 'vacation')) throw new RunError('A script answers once')
      const said = {
        subject: subject?.(run).slice(0, subjectCharsMax) ?? null,
        from: from?.(run).trim() ?? null,
        mime: taken.has('mime'),
        reason: reason(run),
      }
      if (said.from !== null && addressMistake(said.from) !== undefined) said.from = null
      run.act({
        is: 'vacation',
        ...said,
        atLeastSeconds: seconds === undefined ? days * daySeconds : Math.min(daysMax * daySeconds, seconds),
        addresses: own.map((address) => address(run)),
        handle: handle === undefined ? handleOf([said.subject, said.from, said.mime, said.reason]) : handleOf([handle(run)]),
      })
      return 'next'
    }
  },
}

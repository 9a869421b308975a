import type { Notification } from '../actions.ts'
import type { CommandDefinition } from '../definition.ts'
import { parseMailto } from '../mailto.ts'
import { RunError } from '../run-state.ts'

const importances: Readonly<Record<string, Notification['importance']>> = { 1: 'high', 2: 'normal', 3: 'low' }
const messageCharsMax = 500

const mistakeIn = (method: string): string => `“${method.slice(0, 100)}” is no mailto: with an address`

/** RFC 5435 section 3, by mail (RFC 5436). `:options` has none that are known here, and `:from` is who owns the script anyway. */
export const notify: CommandDefinition = {
  name: 'notify',
  needs: 'enotify',
  signature: {
    tags: { from: { takes: 'string' }, importance: { takes: 'string' }, options: { takes: 'strings' }, message: { takes: 'string' } },
    positional: ['string'],
  },
  compile(taken, compiling) {
    const [method, message, importance] = [taken.text(0), taken.tagText('message'), taken.tagConstant('importance') ?? '2']
    const [written] = taken.constants(0)
    if (written !== undefined && !written.includes('${') && parseMailto(written) === undefined) compiling.mistake(taken.placeOf(0), mistakeIn(written))
    if (!Object.hasOwn(importances, importance)) compiling.mistake(taken.at, ':importance is "1", "2" or "3"')
    return (run) => {
      const mailto = parseMailto(method(run))
      if (mailto === undefined) throw new RunError(mistakeIn(method(run)))
      const sent = run.actions.filter(({ is }) => is === 'notify').length
      if (sent >= run.limits.notificationsMax) throw new RunError(`A script notifies at most ${run.limits.notificationsMax} times`)
      run.act({ is: 'notify', ...mailto, message: message?.(run).slice(0, messageCharsMax) ?? null, importance: importances[importance] ?? 'normal' })
      return 'next'
    }
  },
}

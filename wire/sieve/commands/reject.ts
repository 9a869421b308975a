import type { CommandDefinition } from '../definition.ts'

const rejecting = (name: 'reject' | 'ereject'): CommandDefinition => ({
  name,
  needs: name,
  signature: { tags: {}, positional: ['string'] },
  compile(taken) {
    const reason = taken.text(0)
    return (run) => {
      run.act({ is: 'reject', reason: reason(run), extended: name === 'ereject' })
      run.implicitKeep = false
      return 'next'
    }
  },
})

/** RFC 5429 section 2.2. */
export const reject = rejecting('reject')
/** RFC 5429 section 2.1. */
export const ereject = rejecting('ereject')

import { addressMistake } from '../address.ts'
import type { CommandDefinition } from '../definition.ts'
import { RunError } from '../run-state.ts'

/** RFC 5228 section 4.2, with `:copy` (RFC 3894). */
export const redirect: CommandDefinition = {
  name: 'redirect',
  needs: null,
  signature: { tags: { copy: { takes: 'none', needs: 'copy' } }, positional: ['string'] },
  compile(taken, compiling) {
    const address = taken.text(0)
    const [written] = taken.constants(0)
    const mistake = written === undefined || written.includes('${') ? undefined : addressMistake(written)
    if (mistake !== undefined) compiling.mistake(taken.placeOf(0), mistake)
    const copies = taken.has('copy')
    return (run) => {
      const to = address(run).trim()
      const wrong = addressMistake(to)
      if (wrong !== undefined) throw new RunError(wrong)
      const known = run.actions.filter((action) => action.is === 'redirect')
      if (!known.some((action) => action.address === to)) {
        if (known.length >= run.limits.redirectsMax) throw new RunError(`A script redirects to at most ${run.limits.redirectsMax} addresses`)
        run.act({ is: 'redirect', address: to })
      }
      if (!copies) run.implicitKeep = false
      return 'next'
    }
  },
}

import type { TestDefinition } from '../definition.ts'
import { matcherOf, matchTags } from '../matching.ts'

/** RFC 5235 section 2: 0 where nobody looked, 1 for none at all to 10 for spam without doubt; `:percent` from 0 to 100. */
export const spamTest: TestDefinition = {
  name: 'spamtest',
  needs: 'spamtest',
  signature: { tags: { ...matchTags, percent: { takes: 'none', needs: 'spamtestplus' } }, positional: ['string'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const [key, matches] = [taken.text(0), matcherOf(taken, compiling)]
    const [percent, counts] = [taken.has('percent'), taken.has('count')]
    return (run) => {
      const { spamPercent } = run.around.scores
      // RFC 5235 section 2.3: `:count` tells what nobody looked at from what is clean.
      if (spamPercent === null) return matches(run, counts ? [] : ['0'], [key(run)])
      return matches(run, [String(percent ? spamPercent : 1 + Math.floor((spamPercent * 9) / 100))], [key(run)])
    }
  },
}

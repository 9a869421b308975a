import type { TestDefinition } from '../definition.ts'
import { matcherOf, matchTags } from '../matching.ts'

/** RFC 5173. */
export const body: TestDefinition = {
  name: 'body',
  needs: 'body',
  signature: {
    tags: {
      ...matchTags,
      raw: { takes: 'none', group: 'transform' },
      content: { takes: 'strings', group: 'transform' },
      text: { takes: 'none', group: 'transform' },
    },
    positional: ['strings'],
  },
  tests: 'none',
  compile(taken, _, compiling) {
    const keys = taken.texts(0)
    const matches = matcherOf(taken, compiling)
    const types = taken.tagTexts('content')
    const [raw, captures] = [taken.has('raw'), taken.has('matches') || taken.has('regex')]
    return (run) => {
      const { message } = run.around
      const before = run.captures
      const values = types === undefined ? [raw ? message.rawBody() : message.text()] : message.contents(types.map((type) => type(run).toLowerCase()))
      const found = matches(run, values, keys.map((key) => key(run)))
      // RFC 5173 section 6: what a body matched is not kept.
      if (captures) run.captures = before
      return found
    }
  },
}

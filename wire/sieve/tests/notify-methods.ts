import type { TestDefinition } from '../definition.ts'
import { parseMailto } from '../mailto.ts'
import { matcherOf, matchTags } from '../matching.ts'

/** RFC 5435 section 4. */
export const validNotifyMethod: TestDefinition = {
  name: 'valid_notify_method',
  needs: 'enotify',
  signature: { tags: {}, positional: ['strings'] },
  tests: 'none',
  compile(taken) {
    const methods = taken.texts(0)
    return (run) => methods.every((method) => parseMailto(method(run)) !== undefined)
  },
}

/** RFC 5435 section 5. Whether somebody reads mail at the moment is not known (RFC 5436 section 2.8). */
export const notifyMethodCapability: TestDefinition = {
  name: 'notify_method_capability',
  needs: 'enotify',
  signature: { tags: matchTags, positional: ['string', 'string', 'strings'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const [method, capability, keys] = [taken.text(0), taken.text(1), taken.texts(2)]
    const matches = matcherOf(taken, compiling)
    return (run) => {
      const known = parseMailto(method(run)) !== undefined && capability(run).toLowerCase() === 'online'
      return known && matches(run, ['maybe'], keys.map((key) => key(run)))
    }
  },
}

import type { TestDefinition } from '../definition.ts'

const daySeconds = 86_400
const secondsOtherwise = 7 * daySeconds
const secondsMax = 90 * daySeconds
const idCharsMax = 1_024

/** RFC 7352. What is asked is noted: whoever runs the script answers it, and remembers the id when the message is delivered. */
export const duplicate: TestDefinition = {
  name: 'duplicate',
  needs: 'duplicate',
  signature: {
    tags: {
      handle: { takes: 'string' },
      header: { takes: 'string', group: 'id' },
      uniqueid: { takes: 'string', group: 'id' },
      seconds: { takes: 'number' },
      last: { takes: 'none' },
    },
    positional: [],
  },
  tests: 'none',
  compile(taken) {
    const [handle, header, unique] = [taken.tagText('handle'), taken.tagText('header'), taken.tagText('uniqueid')]
    const seconds = Math.min(secondsMax, taken.tagNumber('seconds') ?? secondsOtherwise)
    return (run) => {
      const field = header?.(run).toLowerCase() ?? 'message-id'
      const id = unique === undefined ? run.around.message.header(field)[0] : unique(run)
      if (id === undefined || id === '' || run.asked.length >= run.limits.duplicatesMax) return false
      const question = { handle: handle?.(run) ?? '', id: id.slice(0, idCharsMax), seconds, last: taken.has('last') }
      run.asked.push(question)
      return run.around.seenBefore(question) ?? false
    }
  },
}

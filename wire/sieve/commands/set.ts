import type { CommandDefinition } from '../definition.ts'
import { modifiedBy, modifierTags } from '../modifiers.ts'
import { isVariableName } from '../variable-name.ts'

/** RFC 5229 section 4. */
export const set: CommandDefinition = {
  name: 'set',
  needs: 'variables',
  signature: { tags: modifierTags, positional: ['string', 'string'] },
  compile(taken, compiling) {
    const [name = ''] = taken.constants(0)
    if (!isVariableName(name)) compiling.mistake(taken.placeOf(0), `“${name}” can not be the name of a variable`)
    const [value, modified] = [taken.text(1), modifiedBy(taken)]
    return (run) => {
      run.set(name.toLowerCase(), modified(value(run)))
      return 'next'
    }
  },
}

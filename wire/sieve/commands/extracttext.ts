import type { CommandDefinition } from '../definition.ts'
import { modifiedBy, modifierTags } from '../modifiers.ts'
import { isVariableName } from '../variable-name.ts'

/** RFC 5703 section 7: the text of the part of the moment; of what is no text, nothing. */
export const extractText: CommandDefinition = {
  name: 'extracttext',
  needs: 'extracttext',
  signature: { tags: { ...modifierTags, first: { takes: 'number' } }, positional: ['string'] },
  compile(taken, compiling) {
    const [name = ''] = taken.constants(0)
    if (!compiling.requires('variables')) compiling.mistake(taken.at, '“extracttext” needs require "variables"')
    if (!isVariableName(name)) compiling.mistake(taken.placeOf(0), `“${name}” can not be the name of a variable`)
    if (compiling.loops.length === 0) compiling.mistake(taken.at, '“extracttext” stands in a “foreverypart”')
    const [charsMax, modified] = [taken.tagNumber('first') ?? compiling.limits.variableCharsMax, modifiedBy(taken)]
    return (run) => {
      const text = run.part?.text() ?? ''
      run.spend(text.length)
      const shown = text.slice(0, 2 * run.limits.variableCharsMax)
      run.set(name.toLowerCase(), modified([...shown].slice(0, charsMax).join('')))
      return 'next'
    }
  },
}

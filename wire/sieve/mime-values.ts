/** `:mime` and what goes with it (RFC 5703 section 4): fields of parts instead of the message's own. */
import type { Compiling, TagRule, Taken } from './definition.ts'
import type { PartField, SievePart } from './message.ts'
import type { RunState } from './run-state.ts'

export const partTags = {
  mime: { takes: 'none', needs: 'mime' },
  anychild: { takes: 'none', needs: 'mime' },
} as const satisfies Readonly<Record<string, TagRule>>

export const mimeTags = {
  ...partTags,
  type: { takes: 'none', group: 'option', needs: 'mime' },
  subtype: { takes: 'none', group: 'option', needs: 'mime' },
  contenttype: { takes: 'none', group: 'option', needs: 'mime' },
  param: { takes: 'strings', group: 'option', needs: 'mime' },
} as const satisfies Readonly<Record<string, TagRule>>

/** What a test is about: the part of the moment and, where it says so, those within it. Undefined: the message, as without `:mime`. */
export const partsBy = (taken: Taken, compiling: Compiling): ((run: RunState) => readonly SievePart[]) | undefined => {
  if (!taken.has('mime')) {
    const option = Object.keys(mimeTags).find((tag) => tag !== 'mime' && taken.has(tag))
    if (option !== undefined) compiling.mistake(taken.at, `:${option} goes with :mime`)
    return undefined
  }
  const within = taken.has('anychild')
  return (run) => {
    const part = run.part ?? run.around.message.root()
    const parts = within ? part.all() : [part]
    run.spend(parts.length)
    return parts
  }
}

const halves = ({ value }: PartField): readonly [type: string, subtype: string] => {
  const slash = value.indexOf('/')
  return slash < 0 ? [value, ''] : [value.slice(0, slash), value.slice(slash + 1)]
}

/** Values of one part's fields of that name, as the test asks for them. */
export const valuesBy = (taken: Taken): ((run: RunState, part: SievePart, name: string) => readonly string[]) => {
  const wanted = taken.tagTexts('param')
  if (wanted !== undefined) {
    return (run, part, name) => {
      const names = wanted.map((each) => each(run).toLowerCase())
      return part.structured(name).flatMap(({ parameters }) => parameters.filter(([parameter]) => names.includes(parameter)).map(([, value]) => value))
    }
  }
  if (taken.has('type')) return (_, part, name) => part.structured(name).map((field) => halves(field)[0])
  if (taken.has('subtype')) return (_, part, name) => part.structured(name).map((field) => halves(field)[1])
  if (taken.has('contenttype')) return (_, part, name) => part.structured(name).map(({ value }) => value)
  return (_, part, name) => part.header(name)
}

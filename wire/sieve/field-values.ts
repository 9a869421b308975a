/** Fields that tests name, and which of those of one name are meant (`index`, RFC 5260 section 6). */
import type { Compiling, TagRule } from './definition.ts'
import type { Taken } from './definition.ts'

export const indexTags = {
  index: { takes: 'number', needs: 'index' },
  last: { takes: 'none', needs: 'index' },
} as const satisfies Readonly<Record<string, TagRule>>

export type Chosen = <T>(values: readonly T[]) => readonly T[]

export const chosenBy = (taken: Taken, compiling: Compiling): Chosen => {
  const index = taken.tagNumber('index')
  if (index === undefined) {
    if (taken.has('last')) compiling.mistake(taken.at, ':last goes with :index')
    return (values) => values
  }
  if (index < 1) compiling.mistake(taken.at, ':index counts from 1')
  const fromEnd = taken.has('last')
  return (values) => values.slice(fromEnd ? -index : index - 1, fromEnd && index > 1 ? -index + 1 : fromEnd ? undefined : index)
}

/** RFC 5322 section 2.2. */
export const isFieldName = (name: string): boolean => /^[!-9;-~]{1,256}$/.test(name)

import type { CommandDefinition } from '../definition.ts'
import { flagsIn, flagsNamed, setFlags } from '../flags.ts'
import { isVariableName } from '../variable-name.ts'

type Change = (present: readonly string[], given: readonly string[]) => readonly string[]

const same = (one: string) => (other: string): boolean => one.toLowerCase() === other.toLowerCase()

const changing = (name: string, change: Change): CommandDefinition => ({
  name,
  needs: 'imap4flags',
  signature: { tags: {}, positional: ['string', 'strings'], firstMayMiss: true },
  compile(taken, compiling) {
    const variable = taken.missing(0) ? undefined : taken.constants(0)[0]
    if (variable !== undefined && !compiling.requires('variables')) compiling.mistake(taken.placeOf(0), `A variable needs require "variables"`)
    if (variable !== undefined && !isVariableName(variable)) compiling.mistake(taken.placeOf(0), `“${variable}” can not be the name of a variable`)
    const given = taken.texts(1)
    return (run) => {
      setFlags(run, variable, change(flagsNamed(run, variable), flagsIn(given.map((text) => text(run)), run.limits.flagsMax)))
      return 'next'
    }
  },
})

/** RFC 5232 section 3.1. */
export const setflag = changing('setflag', (_, given) => given)
/** RFC 5232 section 3.2. */
export const addflag = changing('addflag', (present, given) => [...present, ...given.filter((flag) => !present.some(same(flag)))])
/** RFC 5232 section 3.3. */
export const removeflag = changing('removeflag', (present, given) => present.filter((flag) => !given.some(same(flag))))

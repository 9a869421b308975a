import { datePart, isDatePart, zoneMinutesOf } from '../date-parts.ts'
import type { Compiling, TestDefinition } from '../definition.ts'
import { chosenBy, indexTags } from '../field-values.ts'
import { matcherOf, matchTags } from '../matching.ts'
import { zonedDate } from '../zoned-date.ts'
import type { Taken } from '../definition.ts'

const zoneTags = { zone: { takes: 'string', group: 'zone' } } as const

const partAt = (taken: Taken, position: number, compiling: Compiling): string => {
  const [part = ''] = taken.constants(position)
  if (!isDatePart(part.toLowerCase())) compiling.mistake(taken.placeOf(position), `“${part}” is no part of a date`)
  return part.toLowerCase()
}

const zoneBy = (taken: Taken, compiling: Compiling): number | undefined => {
  const text = taken.tagConstant('zone')
  const minutes = text === undefined ? undefined : zoneMinutesOf(text)
  if (text !== undefined && minutes === undefined) compiling.mistake(taken.at, `“${text}” is no time zone: +0900 is one`)
  return minutes
}

/** RFC 5260 section 4. */
export const date: TestDefinition = {
  name: 'date',
  needs: 'date',
  signature: { tags: { ...matchTags, ...indexTags, ...zoneTags, originalzone: { takes: 'none', group: 'zone' } }, positional: ['string', 'string', 'strings'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const name = taken.text(0)
    const [part, zone] = [partAt(taken, 1, compiling), zoneBy(taken, compiling)]
    const keys = taken.texts(2)
    const [matches, chosen, original] = [matcherOf(taken, compiling), chosenBy(taken, compiling), taken.has('originalzone')]
    return (run) => {
      const values = chosen(run.around.message.header(name(run).toLowerCase())).flatMap((value) => {
        // RFC 5260 section 4: in Received the date follows the last semicolon.
        const found = zonedDate(value.slice(value.lastIndexOf(';') + 1))
        if (found === undefined) return []
        return [datePart(part, found.atMs, original ? found.zoneMinutes : zone ?? run.around.zoneMinutes)]
      })
      return matches(run, values, keys.map((key) => key(run)))
    }
  },
}

/** RFC 5260 section 5. */
export const currentdate: TestDefinition = {
  name: 'currentdate',
  needs: 'date',
  signature: { tags: { ...matchTags, ...zoneTags }, positional: ['string', 'strings'] },
  tests: 'none',
  compile(taken, _, compiling) {
    const [part, zone] = [partAt(taken, 0, compiling), zoneBy(taken, compiling)]
    const keys = taken.texts(1)
    const matches = matcherOf(taken, compiling)
    return (run) => {
      const value = datePart(part, run.around.nowMs, zone ?? run.around.zoneMinutes)
      return matches(run, [value], keys.map((key) => key(run)))
    }
  },
}

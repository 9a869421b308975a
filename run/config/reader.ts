/**
 * Reads typed values out of a YAML tree and gathers every mistake with its line, instead of stopping at the first.
 * A value that is wrong is replaced by its default so that reading can go on; the caller refuses the whole afterwards.
 */
import { isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml'
import type { Mistake } from './mistake.ts'

/** Levenshtein distance, small words. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** The known word that was probably meant. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  const [best] = known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
  return best !== undefined && best.far <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined
}

const listMax = 1_000

const shown = (value: unknown): string => (value === null || value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60))

export interface Place {
  readonly node: Node | null
  readonly path: string
  readonly line: number
}

type Units = Readonly<Record<string, number>>
/** The least and the most, written as in the file. */
export type Bounds = readonly [least: string, most: string]

export interface MapReader {
  readonly line: number
  has(key: string): boolean
  text(key: string, rule: { readonly otherwise?: string; readonly pattern?: RegExp; readonly must?: string; readonly secret?: boolean }): string
  whole(key: string, rule: { readonly otherwise: number; readonly min: number; readonly max: number }): number
  flag(key: string, otherwise: boolean): boolean
  choice<T extends string>(key: string, otherwise: T, allowed: readonly T[]): T
  /** Text with a unit, turned into a number by `units`: `50MB`, `5m`. */
  measure(key: string, otherwise: number, units: Units, example: string, bounds?: Bounds): number
  list<T>(key: string, read: (place: Place) => T): readonly T[]
  map<T>(key: string, known: readonly string[], read: (map: MapReader) => T): T | undefined
  mistake(key: string, what: string): void
}

export interface Reader {
  readonly mistakes: Mistake[]
  mapAt(place: Place, known: readonly string[]): MapReader
  textAt(place: Place, pattern: RegExp, must: string): string
  measureAt(place: Place, units: Units, example: string, bounds?: Bounds): number
}

export const configReader = (lines: LineCounter): Reader => {
  const mistakes: Mistake[] = []
  const lineOf = (node: Node | null | undefined, otherwise: number): number =>
    node?.range === undefined || node.range === null ? otherwise : lines.linePos(node.range[0]).line
  const say = (line: number, what: string): void => {
    mistakes.push({ line, what })
  }

  const unbounded = (value: unknown, units: Units): number | undefined => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && units[''] !== undefined) return value
    const match = typeof value === 'string' ? /^(\d{1,9})\s*([a-zA-Z]*)$/.exec(value) : null
    const unit = match === null ? undefined : units[match[2] ?? '']
    const number = unit === undefined ? undefined : Number(match?.[1]) * unit
    return Number.isSafeInteger(number) ? number : undefined
  }
  const measured = (value: unknown, units: Units, [least, most]: Bounds | readonly [] = []): number | undefined => {
    const number = unbounded(value, units)
    const within = number !== undefined && number >= (unbounded(least, units) ?? 0) && number <= (unbounded(most, units) ?? Infinity)
    return within ? number : undefined
  }
  const measureMust = (example: string, bounds?: Bounds): string =>
    `a measure such as ${example}${bounds === undefined ? '' : `, from ${bounds[0]} to ${bounds[1]}`}`

  const mapAt = (place: Place, known: readonly string[]): MapReader => {
    const entries = new Map<string, Place>()
    const prefix = place.path === '' ? '' : `${place.path}.`
    if (isMap(place.node)) {
      for (const { key, value } of place.node.items) {
        const name = isScalar(key) ? String(key.value) : '?'
        const line = lineOf(key as Node, place.line)
        if (!known.includes(name)) {
          const meant = nearest(name, known)
          say(line, `there is no setting "${prefix}${name}"${meant === undefined ? `; known here: ${known.join(', ')}` : `; did you mean "${meant}"?`}`)
        }
        entries.set(name, { node: value as Node | null, path: `${prefix}${name}`, line })
      }
    } else if (place.node !== null) say(place.line, `${place.path || 'the file'} must hold settings (name: value lines)`)
    const valueOf = (key: string): unknown => {
      const node = entries.get(key)?.node
      return isScalar(node) ? node.value : node === undefined || node === null ? undefined : node
    }
    const lineAt = (key: string): number => entries.get(key)?.line ?? place.line
    const wrong = (key: string, must: string): void => say(lineAt(key), `${prefix}${key} must be ${must}, not ${shown(valueOf(key))}`)
    const missing = (key: string, must: string): void => say(place.line, `${prefix}${key} is missing; it must be ${must}`)

    return {
      line: place.line,
      has: (key) => entries.has(key) && valueOf(key) !== undefined && valueOf(key) !== null,
      text(key, { otherwise, pattern, must = 'text', secret = false }) {
        const value = valueOf(key)
        if (value === undefined || value === null) {
          if (otherwise === undefined) missing(key, must)
          return otherwise ?? ''
        }
        if (typeof value === 'string' && value.length <= 4_096 && (pattern ?? /./).test(value)) return value
        if (secret) say(lineAt(key), `${prefix}${key} must be ${must}`)
        else wrong(key, must)
        return otherwise ?? ''
      },
      whole(key, { otherwise, min, max }) {
        const value = valueOf(key)
        if (value === undefined) return otherwise
        if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
        wrong(key, `a whole number from ${min} to ${max}`)
        return otherwise
      },
      flag(key, otherwise) {
        const value = valueOf(key)
        if (value === undefined || typeof value === 'boolean') return value ?? otherwise
        wrong(key, 'true or false')
        return otherwise
      },
      choice(key, otherwise, allowed) {
        const value = valueOf(key)
        const found = allowed.find((candidate) => candidate === value)
        if (value !== undefined && found === undefined) wrong(key, `one of ${allowed.join(', ')}`)
        return found ?? otherwise
      },
      measure(key, otherwise, units, example, bounds) {
        const value = valueOf(key)
        if (value === undefined) return otherwise
        const number = measured(value, units, bounds)
        if (number === undefined) wrong(key, measureMust(example, bounds))
        return number ?? otherwise
      },
      list(key, read) {
        const node = entries.get(key)?.node
        if (node === undefined || node === null) return []
        if (!isSeq(node) || node.items.length > listMax) {
          wrong(key, `a list of at most ${listMax} ("- " lines)`)
          return []
        }
        return node.items.map((item, at) =>
          read({ node: item as Node | null, path: `${prefix}${key}[${at}]`, line: lineOf(item as Node | null, lineAt(key)) }),
        )
      },
      map(key, allowed, read) {
        const entry = entries.get(key)
        return entry === undefined || entry.node === null ? undefined : read(mapAt(entry, allowed))
      },
      mistake: (key, what) => say(lineAt(key), what),
    }
  }

  return {
    mistakes,
    mapAt,
    textAt(place, pattern, must) {
      const value = isScalar(place.node) ? place.node.value : undefined
      if (typeof value === 'string' && pattern.test(value)) return value
      say(place.line, `${place.path} must be ${must}, not ${shown(value)}`)
      return ''
    },
    measureAt(place, units, example, bounds) {
      const value = isScalar(place.node) ? place.node.value : undefined
      const number = measured(value, units, bounds)
      if (number === undefined) say(place.line, `${place.path} must be ${measureMust(example, bounds)}, not ${shown(value)}`)
      return number ?? 0
    },
  }
}

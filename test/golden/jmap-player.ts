/**
 * Plays JMAP transcripts. `C:` lines that follow each other are the calls of one request, `S:` lines its responses in order. A text `$name` is
 * bound where it first comes from the server, and is that value from then on, also as a name of a property; `"*"` is anything; `"...": true` in an
 * object says that there may be more in it. `using` names capabilities by their last part. `$account` is bound from the start.
 */
import assert from 'node:assert/strict'
import { isJsonObject, type JsonValue } from '@bulkhead/wire/jmap/json.ts'

export type Call = (calls: readonly JsonValue[], using: readonly string[]) => Promise<readonly JsonValue[]>

interface Exchange {
  readonly line: number
  readonly calls: JsonValue[]
  readonly responses: JsonValue[]
}

interface Script {
  readonly using: readonly string[]
  readonly exchanges: readonly Exchange[]
}

const parsed = (text: string): Script => {
  let using: readonly string[] = ['core']
  const exchanges: Exchange[] = []
  for (const [at, line] of text.split('\n').entries()) {
    const last = exchanges.at(-1)
    if (line.startsWith('using ')) using = line.slice(6).split(' ')
    else if (line.startsWith('C: ')) {
      const open = last === undefined || last.responses.length > 0 ? { line: at + 1, calls: [], responses: [] } : last
      if (open !== last) exchanges.push(open)
      open.calls.push(JSON.parse(line.slice(3)))
    } else if (line.startsWith('S: ')) last?.responses.push(JSON.parse(line.slice(3)))
    else assert.ok(line === '' || line.startsWith('#'), `line ${at + 1}: ${line}`)
  }
  return { using: using.map((name) => `urn:ietf:params:jmap:${name}`), exchanges }
}

type Bound = Map<string, JsonValue>

const nameOf = (name: string, bound: Bound): string => (name.startsWith('$') ? String(bound.get(name) ?? name) : name)

const filled = (value: JsonValue, bound: Bound): JsonValue => {
  if (typeof value === 'string') return value.startsWith('$') ? (bound.get(value) ?? value) : value
  if (Array.isArray(value)) return value.map((item: JsonValue) => filled(item, bound))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [nameOf(name, bound), filled(item, bound)]))
}

/** Throws where they differ, with the way there. */
const match = (wanted: JsonValue, given: JsonValue | undefined, bound: Bound, path: string): void => {
  assert.notEqual(given, undefined, `${path}: nothing`)
  if (wanted === '*' || given === undefined) return
  if (typeof wanted === 'string' && wanted.startsWith('$')) {
    const known = bound.get(wanted)
    if (known === undefined) bound.set(wanted, given)
    else assert.deepEqual(given, known, `${path}: ${wanted}`)
  } else if (Array.isArray(wanted)) {
    assert.ok(Array.isArray(given) && given.length === wanted.length, `${path}: ${JSON.stringify(given)}`)
    for (const [at, item] of wanted.entries()) match(item, given[at], bound, `${path}/${at}`)
  } else if (isJsonObject(wanted)) {
    assert.ok(isJsonObject(given), `${path}: ${JSON.stringify(given)}`)
    const names = Object.keys(wanted).filter((name) => name !== '...')
    for (const name of names) match(wanted[name] ?? null, given[nameOf(name, bound)], bound, `${path}/${name}`)
    if (!Object.hasOwn(wanted, '...')) assert.deepEqual(Object.keys(given).toSorted(), names.map((name) => nameOf(name, bound)).toSorted(), path)
  } else assert.deepEqual(given, wanted, path)
}

export const playJmap = async (text: string, account: string, call: Call): Promise<void> => {
  const { using, exchanges } = parsed(text)
  assert.ok(exchanges.length > 0, 'a transcript says something')
  const bound: Bound = new Map([['$account', account]])
  for (const { line, calls, responses } of exchanges) {
    const given = await call(calls.map((one) => filled(one, bound)), using)
    match(responses, given, bound, `line ${line}`)
  }
}

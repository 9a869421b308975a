/**
 * I-JSON (RFC 7493) out of hostile bytes: UTF-8, no name twice in an object, no lone surrogates; nesting and number of values are
 * limited before anything is built.
 */
import { utf8Text } from '@bulkhead/base/bytes.ts'
import type { JsonValue } from './json.ts'

export const jsonDepthMax = 64
/** Values of a document, whatever its size in bytes: each costs memory far above its bytes. */
export const jsonValuesMax = 250_000

export type StrictJson = { readonly is: 'json'; readonly value: JsonValue } | { readonly is: 'not'; readonly why: string }

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const comma = 0x2c

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** Position of the closing quote, or the length of the bytes. */
const stringEnd = (bytes: Uint8Array, from: number): number => {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === quote) return at
    if (byte === backslash) at += 1
  }
  return bytes.length
}

/** Names with escapes are compared as what they mean. */
const nameIn = (bytes: Buffer, from: number, to: number): string => {
  const raw = bytes.toString('utf8', from, to)
  if (!raw.includes('\\')) return raw
  try {
    return String(JSON.parse(`"${raw}"`))
  } catch {
    return raw
  }
}

/** What makes it too much or ambiguous; undefined where nothing does. The grammar itself is left to the parser after it. */
const objection = (bytes: Buffer): string | undefined => {
  /** Names of each open object; null for an array. */
  const open: (Set<string> | null)[] = []
  let values = 1
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === quote) {
      const end = stringEnd(bytes, at + 1)
      let next = end + 1
      while (isSpace(bytes[next])) next += 1
      const names = open.at(-1)
      if (bytes[next] === colon && names !== undefined && names !== null) {
        const name = nameIn(bytes, at + 1, end)
        if (names.has(name)) return 'a name stands twice in an object'
        names.add(name)
      }
      at = end
    } else if (byte === 0x7b || byte === 0x5b) {
      open.push(byte === 0x7b ? new Set() : null)
      values += 1
      if (open.length > jsonDepthMax) return `nested deeper than ${jsonDepthMax}`
    } else if (byte === 0x7d || byte === 0x5d) open.pop()
    else if (byte === comma) values += 1
    if (values > jsonValuesMax) return `more than ${jsonValuesMax} values`
  }
  return undefined
}

const isWellFormed = (value: JsonValue): boolean => {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isWellFormed)
  return Object.entries(value).every(([name, item]) => name.isWellFormed() && isWellFormed(item))
}

export const strictJson = (bytes: Buffer): StrictJson => {
  const why = objection(bytes)
  if (why !== undefined) return { is: 'not', why }
  const text = utf8Text(bytes)
  if (text === undefined) return { is: 'not', why: 'not UTF-8' }
  try {
    const value = JSON.parse(text) as JsonValue
    // Bytes that are UTF-8 hold no surrogates; escapes may.
    return text.includes('\\u') && !isWellFormed(value) ? { is: 'not', why: 'a surrogate stands alone' } : { is: 'json', value }
  } catch {
    return { is: 'not', why: 'does not parse' }
  }
}

/**
 * About how many bytes a value would be as JSON, at least; stops counting beyond `most`. Values that share parts (result references)
 * may be far larger written out than in memory.
 */
export const weightOf = (value: JsonValue, most: number): number => {
  let weight = 0
  const waiting: JsonValue[] = [value]
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    weight += typeof one === 'string' ? one.length + 2 : 2
    if (Array.isArray(one)) {
      weight += one.length
      if (weight <= most) for (const item of one as readonly JsonValue[]) waiting.push(item)
    } else if (typeof one === 'object' && one !== null) {
      for (const [name, item] of Object.entries(one)) {
        weight += name.length + 4
        waiting.push(item)
      }
    }
    if (weight > most) return weight
  }
  return weight
}

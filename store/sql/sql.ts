/** A statement from a template: its values are always parameters, its name is the same for the same text everywhere. */
import { createHash } from 'node:crypto'
import type { Parameter } from './parameters.ts'

export interface Statement {
  /** Under which a session prepares it. */
  readonly name: string
  readonly text: string
  readonly parameters: readonly Parameter[]
}

interface Prepared {
  readonly name: string
  readonly text: string
}

const prepared = new WeakMap<TemplateStringsArray, Prepared>()

const nameOf = (text: string): string => `s_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`

const prepare = (parts: TemplateStringsArray): Prepared => {
  const text = parts.reduce((whole, part, at) => (at === 0 ? part : `${whole}$${at}${part}`), '').trim()
  const made = { name: nameOf(text), text }
  prepared.set(parts, made)
  return made
}

export const sql = (parts: TemplateStringsArray, ...parameters: readonly Parameter[]): Statement => {
  const { name, text } = prepared.get(parts) ?? prepare(parts)
  return { name, text, parameters }
}

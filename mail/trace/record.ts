/** A note of the trace as bytes and back. It is authenticated by the seal; a wrong field is corruption all the same. */
import { Fault } from '@bulkhead/base/fault.ts'
import { traceHops, traceStates, type TraceNote } from '../ports/trace.ts'

const recipientsMax = 200
const factsMax = 40
const textMax = 1_000

const shortened = (text: string): string => (text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text)

/** Long texts are shortened and long lists cut: a note tells, it does not archive. */
export const encodeTraceNote = ({ hop, state, from, to, messageId, peer, facts }: TraceNote): string => {
  const kept = Object.entries(facts).slice(0, factsMax).map(([name, text]) => [name, shortened(text)])
  const more = to.length > recipientsMax ? { moreRecipients: String(to.length - recipientsMax) } : {}
  const id = messageId === null ? null : shortened(messageId)
  const told = { hop, state, from: shortened(from), to: to.slice(0, recipientsMax), messageId: id, peer, facts: { ...Object.fromEntries(kept), ...more } }
  return JSON.stringify(told)
}

const oneOf = <T extends string>(value: unknown, allowed: readonly T[]): T => {
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw new Fault('corrupt', 'trace note: word')
  return found
}

const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Fault('corrupt', 'trace note: text')
  return value
}

export type ReadNote = Omit<TraceNote, 'message'>

/** Throws `Fault('corrupt')`. */
export const decodeTraceNote = (plain: string): ReadNote => {
  let fields: Readonly<Record<string, unknown>>
  try {
    fields = JSON.parse(plain) as Readonly<Record<string, unknown>>
  } catch (error) {
    throw new Fault('corrupt', 'trace note: not JSON', error)
  }
  const { hop, state, from, to, messageId, peer, facts } = fields
  if (!Array.isArray(to) || typeof facts !== 'object' || facts === null) throw new Fault('corrupt', 'trace note: shape')
  return {
    hop: oneOf(hop, traceHops),
    state: oneOf(state, traceStates),
    from: text(from),
    to: to.map(text),
    messageId: messageId === null ? null : text(messageId),
    peer: peer === null ? null : text(peer),
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, text(value)])),
  }
}

/** The ARC sets of a message (RFC 8617 section 4): three fields an instance, from 1 up without a gap. */
import { fieldsNamed, valueOf, type Header, type HeaderField } from './header-fields.ts'
import { tagList, unspaced } from './tag-list.ts'

export interface ArcSet {
  readonly instance: number
  readonly results: HeaderField
  readonly messageSignature: HeaderField
  readonly seal: HeaderField
}

/** `fault`: the structure is broken; `highest` is the highest instance that could be read, at most `instancesMax`. */
export type ArcChain = { readonly sets: readonly ArcSet[] } | { readonly fault: string; readonly highest: number }

export const instancesMax = 50

const ofResults = /^[ \t]*i[ \t]*=[ \t]*([0-9]{1,3})[ \t]*;/
const digits = /^[0-9]{1,3}$/

const instanceOf = (field: HeaderField): number | undefined => {
  const value = valueOf(field)
  const text = field.name === 'arc-authentication-results' ? ofResults.exec(value)?.[1] : unspaced(tagList(value)?.get('i') ?? '')
  const instance = text !== undefined && digits.test(text) ? Number(text) : 0
  return instance >= 1 && instance <= instancesMax ? instance : undefined
}

/** By instance; a number is how many could be told at most, with a fault. */
const byInstance = (header: Header, name: string): ReadonlyMap<number, HeaderField> | string => {
  const fields = fieldsNamed(header, name)
  if (fields.length > instancesMax) return `too many ${name}`
  const found = new Map<number, HeaderField>()
  for (const field of fields) {
    const instance = instanceOf(field)
    if (instance === undefined || found.has(instance)) return `instance of ${name}`
    found.set(instance, field)
  }
  return found
}

const highestOf = (header: Header): number =>
  Math.max(0, ...fieldsNamed(header, 'arc-seal').slice(0, instancesMax).map((field) => instanceOf(field) ?? 0))

/** No field of ARC at all: no sets. */
export const readArcChain = (header: Header): ArcChain => {
  const [results, signatures, seals] = [
    byInstance(header, 'arc-authentication-results'), byInstance(header, 'arc-message-signature'), byInstance(header, 'arc-seal'),
  ]
  const broken = [results, signatures, seals].find((one) => typeof one === 'string')
  if (typeof results === 'string' || typeof signatures === 'string' || typeof seals === 'string') {
    return { fault: typeof broken === 'string' ? broken : '', highest: highestOf(header) }
  }
  const count = Math.max(results.size, signatures.size, seals.size)
  const sets: ArcSet[] = []
  for (let instance = 1; instance <= count; instance += 1) {
    const [one, two, three] = [results.get(instance), signatures.get(instance), seals.get(instance)]
    if (one === undefined || two === undefined || three === undefined) return { fault: `set ${instance} is not whole`, highest: highestOf(header) }
    sets.push({ instance, results: one, messageSignature: two, seal: three })
  }
  return { sets }
}

/**
 * `BODY` and `BODYSTRUCTURE` of a message (RFC 9051 section 7.5.2, RFC 3501 section 7.4.2), ready to send, one
 * character a byte. Parameters are passed on as received, the pieces of RFC 2231 put together.
 */
import { joinedContinuations } from '../mime/continuation.ts'
import type { PartFacts } from '../mime/part-header.ts'
import type { Pair } from '../mime/structured-field.ts'
import { imapNstring, imapString } from './nstring.ts'

/** A part with its size, as the pass over the message found it. */
export interface StructurePart {
  readonly facts: PartFacts
  readonly sizeBytes: number
  readonly lines: number
  /** `multipart`: its parts; `message`: the one message inside. */
  readonly kind: 'leaf' | 'multipart' | 'message'
  readonly parts: readonly StructurePart[]
}

const pairsWire = (pairs: readonly Pair[]): string =>
  pairs.length === 0
    ? 'NIL'
    : `(${joinedContinuations(pairs).map(([name, value]) => `${imapString(name)} ${imapString(value)}`).join(' ')})`

const dispositionWire = ({ disposition }: PartFacts): string =>
  disposition === null ? 'NIL' : `(${imapString(disposition.value)} ${pairsWire(disposition.parameters)})`

const languageWire = ({ language }: PartFacts): string => {
  const [only] = language
  if (only === undefined) return 'NIL'
  return language.length === 1 ? imapString(only) : `(${language.map(imapString).join(' ')})`
}

/** `body-fld-dsp [SP body-fld-lang [SP body-fld-loc]]`, all three always. */
const extensionWire = (facts: PartFacts): string =>
  `${dispositionWire(facts)} ${languageWire(facts)} ${imapNstring(facts.location)}`

const multipartWire = ({ facts, parts }: StructurePart, extended: boolean): string => {
  let wire = '('
  for (const part of parts) wire += structureWire(part, extended)
  wire += ` ${imapString(facts.subtype)}`
  return extended ? `${wire} ${pairsWire(facts.parameters)} ${extensionWire(facts)})` : `${wire})`
}

const singleWire = (part: StructurePart, extended: boolean): string => {
  const { facts, kind } = part
  const fields = [
    imapString(facts.type),
    imapString(facts.subtype),
    pairsWire(facts.parameters),
    imapNstring(facts.id),
    imapNstring(facts.description),
    imapString(facts.encoding),
    String(part.sizeBytes),
  ]
  const [inner] = part.parts
  if (kind === 'message' && inner !== undefined) {
    fields.push(inner.facts.envelope ?? emptyEnvelope, structureWire(inner, extended), String(part.lines))
  } else if (facts.type === 'text') {
    fields.push(String(part.lines))
  }
  if (extended) fields.push(imapNstring(facts.md5), extensionWire(facts))
  return `(${fields.join(' ')})`
}

const emptyEnvelope = '(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)'

/** Depth is bounded by the pass that made the parts. */
export const structureWire = (part: StructurePart, extended: boolean): string =>
  part.kind === 'multipart' ? multipartWire(part, extended) : singleWire(part, extended)

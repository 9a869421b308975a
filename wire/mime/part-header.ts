/**
 * What a part's header says of it: type, encoding, names; and the raw values that BODYSTRUCTURE passes on. One run over
 * the fields; nothing is refused, the unreadable reads as absent (RFC 2045 section 5.2).
 */
import { emptyEnvelopeFields, envelopeOf, noteEnvelopeField } from '../imap/envelope.ts'
import { fieldText, headerFields } from './header.ts'
import type { MimeLimits } from './limits.ts'
import { structuredField, type Pair, type StructuredField } from './structured-field.ts'

export interface PartFacts {
  readonly type: string
  readonly subtype: string
  /** Raw, one character a byte. */
  readonly parameters: readonly Pair[]
  readonly encoding: string
  readonly id: string | null
  readonly description: string | null
  readonly md5: string | null
  readonly disposition: StructuredField | null
  readonly language: readonly string[]
  readonly location: string | null
  /** Of a message's header only. */
  readonly envelope: string | null
  /** Characters of all of this, for the index's limit. */
  readonly weight: number
}

/** RFC 2045 section 5.2 and, inside multipart/digest, RFC 2046 section 5.1.5. */
const absentType = (inDigest: boolean): StructuredField =>
  inDigest
    ? { value: 'message/rfc822', parameters: [] }
    : { value: 'text/plain', parameters: [['charset', 'us-ascii']] }

const typeToken = /^[!#$%&'*+.^_`|~0-9a-z-]{1,127}\/[!#$%&'*+.^_`|~0-9a-z-]{1,127}$/

const typeOf = (text: string | undefined, inDigest: boolean, parametersMax: number): StructuredField => {
  if (text === undefined) return absentType(inDigest)
  const field = structuredField(text, parametersMax)
  return typeToken.test(field.value) ? field : { value: 'text/plain', parameters: field.parameters }
}

const pairsWeight = (pairs: readonly Pair[]): number =>
  pairs.reduce((sum, [name, value]) => sum + name.length + value.length + pairWeight, 0)

/** What a parameter costs beside its characters. */
const pairWeight = 16
const languagesMax = 32

const languagesOf = (text: string | undefined): readonly string[] =>
  text === undefined ? [] : text.split(',', languagesMax).map((tag) => tag.trim()).filter((tag) => tag !== '')

const contentFields = new Set([
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
  'content-description',
  'content-md5',
  'content-language',
  'content-location',
])

export interface HeaderReading {
  /** The header of a message (root, or inside message/rfc822): it has an envelope. */
  readonly ofMessage: boolean
  readonly inDigest: boolean
  readonly limits: MimeLimits
}

export const partFacts = (header: Uint8Array, { ofMessage, inDigest, limits }: HeaderReading): PartFacts => {
  const content = new Map<string, string>()
  const noted = ofMessage ? emptyEnvelopeFields() : null
  for (const field of headerFields(header)) {
    if (field.end - field.start > limits.fieldBytesMax) continue
    if (contentFields.has(field.name)) {
      if (!content.has(field.name)) content.set(field.name, fieldText(header, field))
    } else if (noted !== null) {
      noteEnvelopeField(noted, field.name, fieldText(header, field), limits.fieldBytesMax)
    }
  }
  const typed = typeOf(content.get('content-type'), inDigest, limits.parametersMax)
  const slash = typed.value.indexOf('/')
  const disposition = content.get('content-disposition')
  const dispositionField =
    disposition === undefined ? null : structuredField(disposition, limits.parametersMax)
  const envelope = noted === null ? null : envelopeOf(noted)
  const id = content.get('content-id') ?? null
  const description = content.get('content-description') ?? null
  const md5 = content.get('content-md5') ?? null
  const location = content.get('content-location') ?? null
  const language = languagesOf(content.get('content-language'))
  const texts = [id, description, md5, location, envelope].reduce((sum, text) => sum + (text?.length ?? 0), 0)
  return {
    type: typed.value.slice(0, slash),
    subtype: typed.value.slice(slash + 1),
    parameters: typed.parameters,
    encoding: encodingOf(content.get('content-transfer-encoding')),
    id,
    description,
    md5,
    disposition: dispositionField?.value === '' ? null : dispositionField,
    language,
    location,
    envelope,
    weight: texts + pairsWeight(typed.parameters) + pairsWeight(dispositionField?.parameters ?? []),
  }
}

const encodingCharsMax = 64

const encodingOf = (text: string | undefined): string => {
  const encoding = structuredField(text ?? '', 0).value
  return encoding === '' || encoding.length > encodingCharsMax ? '7bit' : encoding
}

/** The body a client wants (RFC 8621 section 4.6), as a tree of parts whose contents are values it sent or blobs it names. */
import { headerProperty, isHeaderProperty } from '@bulkhead/wire/jmap/header-property.ts'
import { isJsonObject, propertyOf, type JsonObject, type JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { BadValue, boolean, idOrCreation, listOf, mapOf, optional, orNull, shaped, text, unsignedInt, type Reader } from '@bulkhead/wire/jmap/readers.ts'
import type { ComposedField } from '@bulkhead/wire/mime/compose/message.ts'
import { mimeLimits } from '@bulkhead/wire/mime/limits.ts'
import { fieldsOf, safeText } from './header-fields.ts'

/** What readers of MIME look into; deeper and more would come back as something else. */
export const partsMax = mimeLimits.partsMax - 10
export const depthMax = 20
const valueCharsMax = 10_000_000
const namesCharsMax = 1_000
const tokenCharsMax = 100

export interface WishedFacts {
  /** Lower case, `text/plain`. */
  readonly type: string
  readonly charset: string | null
  readonly name: string | null
  readonly disposition: string | null
  readonly cid: string | null
  readonly language: readonly string[]
  readonly location: string | null
  /** Further fields, and Content-Type where the client wrote it whole (format=flowed). */
  readonly fields: readonly ComposedField[]
}

export type WishedPart =
  | { readonly is: 'value'; readonly text: string; readonly facts: WishedFacts }
  | { readonly is: 'blob'; readonly blobId: string; readonly facts: WishedFacts }
  | { readonly is: 'multipart'; readonly parts: readonly WishedPart[]; readonly facts: WishedFacts }

const token = (pattern: RegExp, wanted: string): Reader<string> => (value, path) => {
  const read = text(tokenCharsMax)(value, path)
  if (!pattern.test(read)) throw new BadValue(path, wanted)
  return read
}
const mediaType = token(/^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+$/, 'a media type is wanted')
const word = token(/^[A-Za-z0-9!#$&^_.+-]+$/, 'a word of ASCII is wanted')
const language = token(/^[A-Za-z0-9-]+$/, 'a language tag is wanted')
const contentId = token(/^[!-;=?-~]+$/, 'a Content-ID without its brackets is wanted')
const uri = token(/^[!-~]+$/, 'a URI in ASCII is wanted')

/** Looked at when it is that one's turn. */
const given: Reader<JsonValue> = (value) => value ?? null

const partShape = {
  partId: orNull(text(tokenCharsMax)),
  blobId: orNull(idOrCreation),
  size: orNull(unsignedInt),
  name: orNull(safeText(namesCharsMax)),
  type: orNull(mediaType),
  charset: orNull(word),
  disposition: orNull(word),
  cid: orNull(contentId),
  language: orNull(listOf(language, 20)),
  location: orNull(uri),
  subParts: given,
} as const

const writtenTypes = /^text\/plain(?:;\s*(?:format=(?:flowed|fixed)|delsp=(?:yes|no)))*$/i

/** `header:…` of a part. Its encoding is ours to say; what the part's other properties say is said once. */
const headerOfPart = (name: string, value: JsonValue, path: string): readonly ComposedField[] => {
  const property = headerProperty(name)
  if (property === undefined || property.field === 'content-transfer-encoding') throw new BadValue(path, 'can not be set')
  const fields = fieldsOf(property, value, path)
  if (property.field !== 'content-type') return fields
  // Anything else could name a boundary, or a charset that is not true.
  const isPlain = fields.length === 1 && fields.every(([, written]) => writtenTypes.test(written.trim()))
  if (!isPlain) throw new BadValue(path, 'text/plain with format and delsp is all that is taken')
  return fields.map(([field, written]) => [field, written.trim()])
}

interface Bodies {
  readonly values: ReadonlyMap<string, string>
  parts: number
}

const saidBy: Readonly<Record<string, readonly string[]>> = {
  'content-type': ['type', 'charset', 'name'],
  'content-disposition': ['disposition', 'name'],
  'content-id': ['cid'],
  'content-language': ['language'],
  'content-location': ['location'],
}

const setsTwice = (part: JsonObject, fields: readonly ComposedField[], path: string): void => {
  const seen = new Set<string>()
  for (const [name] of fields) {
    const field = name.toLowerCase()
    const other = saidBy[field]?.find((property) => (propertyOf(part, property) ?? null) !== null)
    if (other !== undefined || seen.has(field)) throw new BadValue(`${path}/header:${name}`, 'is set twice')
    seen.add(field)
  }
}

const factsOf = (part: JsonObject, path: string) => {
  const shape = Object.fromEntries(Object.entries(part).filter(([name]) => !isHeaderProperty(name)))
  const read = shaped(partShape)(shape, path)
  const fields = Object.entries(part).flatMap(([name, value]) => (isHeaderProperty(name) ? headerOfPart(name, value, `${path}/${name}`) : []))
  setsTwice(part, fields, path)
  const written = fields.find(([name]) => name.toLowerCase() === 'content-type')
  const type = written === undefined ? (read.type ?? (read.subParts === null ? 'text/plain' : 'multipart/mixed')) : 'text/plain'
  return { read, facts: { ...read, type: type.toLowerCase(), language: read.language ?? [], fields } }
}

const leafOf = (part: JsonObject, path: string, bodies: Bodies): WishedPart => {
  const { read, facts } = factsOf(part, path)
  const { partId, blobId } = read
  if (facts.type.startsWith('multipart/')) throw new BadValue(`${path}/type`, 'a multipart has subParts')
  if ((partId === null) === (blobId === null)) throw new BadValue(`${path}/partId`, 'a partId or a blobId is wanted')
  if (partId === null) return { is: 'blob', blobId: blobId ?? '', facts }
  const value = bodies.values.get(partId)
  if (value === undefined) throw new BadValue(`${path}/partId`, 'is not in bodyValues')
  if (facts.charset !== null) throw new BadValue(`${path}/charset`, 'is ours to say for a partId')
  if (read.size !== null) throw new BadValue(`${path}/size`, 'is ours to say for a partId')
  if (!facts.type.startsWith('text/')) throw new BadValue(`${path}/type`, 'a value is text')
  return { is: 'value', text: value, facts }
}

const partOf = (value: JsonValue | undefined, path: string, bodies: Bodies, depth: number): WishedPart => {
  if (!isJsonObject(value)) throw new BadValue(path, 'an object is wanted')
  bodies.parts += 1
  if (bodies.parts > partsMax) throw new BadValue(path, `at most ${partsMax} parts are taken`)
  if (depth > depthMax) throw new BadValue(path, `at most ${depthMax} levels are taken`)
  const subParts = propertyOf(value, 'subParts') ?? null
  if (subParts === null) return leafOf(value, path, bodies)
  const { read, facts } = factsOf(value, path)
  if (read.partId !== null || read.blobId !== null) throw new BadValue(`${path}/subParts`, 'a part has a content or parts')
  if (!facts.type.startsWith('multipart/')) throw new BadValue(`${path}/type`, 'what has subParts is a multipart')
  if (!Array.isArray(subParts)) throw new BadValue(`${path}/subParts`, 'an array is wanted')
  const inner: readonly JsonValue[] = subParts
  return { is: 'multipart', facts, parts: inner.map((one, at) => partOf(one, `${path}/subParts/${at}`, bodies, depth + 1)) }
}

const notTrue: Reader<boolean> = (value, path) => {
  if (optional(boolean, false)(value, path)) throw new BadValue(path, 'the whole value is wanted')
  return false
}
const bodyValue = shaped({ value: text(valueCharsMax), isEncodingProblem: notTrue, isTruncated: notTrue })

const noFacts: WishedFacts = { type: '', charset: null, name: null, disposition: null, cid: null, language: [], location: null, fields: [] }
const grouped = (type: string, parts: readonly WishedPart[]): WishedPart | undefined =>
  parts.length > 1 ? { is: 'multipart', parts, facts: { ...noFacts, type } } : parts[0]

const only = (value: JsonValue | undefined, property: string, type: string, bodies: Bodies): WishedPart | undefined => {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || value.length !== 1) throw new BadValue(property, 'an array of one part is wanted')
  const [first]: readonly JsonValue[] = value
  const part = partOf(first, `${property}/0`, bodies, 1)
  if (part.is === 'multipart' || part.facts.type !== type) throw new BadValue(`${property}/0/type`, `${type} is wanted`)
  return part
}

/** What the text shows inside itself stands beside it, the rest behind. */
const isShownInside = ({ facts }: WishedPart): boolean => facts.cid !== null && facts.disposition?.toLowerCase() !== 'attachment'

/** `textBody`, `htmlBody` and `attachments` as the tree they mean. */
const assembled = (create: JsonObject, bodies: Bodies): WishedPart => {
  const plain = only(propertyOf(create, 'textBody'), 'textBody', 'text/plain', bodies)
  const html = only(propertyOf(create, 'htmlBody'), 'htmlBody', 'text/html', bodies)
  const list = orNull(listOf(given, partsMax))(propertyOf(create, 'attachments'), 'attachments') ?? []
  const attachments = list.map((one, at) => partOf(one, `attachments/${at}`, bodies, 1))
  const inside = html === undefined ? [] : attachments.filter(isShownInside)
  const behind = attachments.filter((part) => !inside.includes(part))
  const shown = html === undefined ? undefined : grouped('multipart/related', [html, ...inside])
  const words = grouped('multipart/alternative', [plain, shown].flatMap((part) => part ?? []))
  const empty: WishedPart = { is: 'value', text: '', facts: { ...noFacts, type: 'text/plain' } }
  return grouped('multipart/mixed', [words ?? empty, ...behind]) ?? empty
}

export const bodyProperties: ReadonlySet<string> = new Set(['bodyStructure', 'bodyValues', 'textBody', 'htmlBody', 'attachments'])

/** Throws `BadValue`. */
export const wishedBody = (create: JsonObject): WishedPart => {
  const values = orNull(mapOf(bodyValue, partsMax))(propertyOf(create, 'bodyValues'), 'bodyValues') ?? new Map<string, { readonly value: string }>()
  const bodies: Bodies = { values: new Map([...values].map(([partId, { value }]) => [partId, value])), parts: 0 }
  const structure = propertyOf(create, 'bodyStructure') ?? null
  if (structure === null) return assembled(create, bodies)
  for (const name of ['textBody', 'htmlBody', 'attachments']) {
    if ((propertyOf(create, name) ?? null) !== null) throw new BadValue(name, 'bodyStructure says it all')
  }
  return partOf(structure, 'bodyStructure', bodies, 1)
}

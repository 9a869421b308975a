/** An EmailBodyPart (RFC 8621 section 4.1.4) with the properties asked for. */
import { cr, lf } from '@bulkhead/base/bytes.ts'
import { blobId, type BlobName } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject, JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { charsetOf, encodingOf, type BodyPart } from '@bulkhead/wire/jmap/mail/body-parts.ts'
import type { EmailWish } from '@bulkhead/wire/jmap/mail/email-wish.ts'
import { parsedHeader, type ParsedHeader } from '@bulkhead/wire/jmap/mail/header-forms.ts'
import { decodedContent } from '@bulkhead/wire/mime/decoded-text.ts'
import { mimeLimits } from '@bulkhead/wire/mime/limits.ts'
import type { Part } from '@bulkhead/wire/mime/message-index.ts'
import { partFacts, type PartFacts } from '@bulkhead/wire/mime/part-header.ts'
import type { MessageBytes } from './message-source.ts'

export interface PartSource {
  readonly bytes: MessageBytes
  /** The blob that holds a part's bytes. Null where there is none: of a message that is itself in no blob of ours. */
  blobOf(part: Part): BlobName | null
}

/** Larger base64 is not decoded to be measured: its lines are counted. */
const decodedToMeasureMax = 262_144
const tailBytes = 512

/** What is known of base64 by its length and its lines; its padding is at its end. */
const sizeByLines = async ({ bodyStart, bodyEnd, lines }: Part, bytes: MessageBytes): Promise<number> => {
  const head = await bytes.read(bodyStart, bodyStart + tailBytes)
  const tail = (await bytes.read(Math.max(bodyStart, bodyEnd - tailBytes), bodyEnd)).toString('latin1').trimEnd()
  const at = head.indexOf(lf)
  const breakBytes = at > 0 && head[at - 1] === cr ? 2 : 1
  const closed = (await bytes.read(bodyEnd - 1, bodyEnd))[0] === lf ? lines : lines - 1
  const characters = bodyEnd - bodyStart - closed * breakBytes
  const padding = tail.endsWith('==') ? 2 : tail.endsWith('=') ? 1 : 0
  return Math.max(0, Math.floor(((characters - padding) * 3) / 4))
}

const decodedSize = async (part: Part, bytes: MessageBytes): Promise<number> => {
  const length = part.bodyEnd - part.bodyStart
  const encoding = encodingOf(part)
  if (encoding === 'identity') return length
  if (encoding === 'base64' && length > decodedToMeasureMax) return sizeByLines(part, bytes)
  return decodedContent(encoding, await bytes.read(part.bodyStart, part.bodyEnd)).length
}

/** What the index does not keep of a part; read when something of it is asked for. */
interface PartHeader {
  readonly facts: PartFacts
  readonly header: ParsedHeader
}

const readHeader = async ({ headerStart, bodyStart }: Part, bytes: MessageBytes): Promise<PartHeader> => {
  const header = await bytes.read(headerStart, Math.min(bodyStart, headerStart + mimeLimits.headerBytesMax))
  return { facts: partFacts(header, { ofMessage: false, inDigest: false, limits: mimeLimits }), header: parsedHeader(header) }
}

const withoutAngles = (id: string): string => /^\s*<([^<>]*)>/.exec(id)?.[1] ?? id

type Header = () => Promise<PartHeader>

const valueOf = async (property: string, one: BodyPart, { bytes, blobOf }: PartSource, header: Header): Promise<JsonValue> => {
  const { part, partId, type } = one
  switch (property) {
    case 'partId':
      return partId
    case 'blobId': {
      const blob = partId === null ? null : blobOf(part)
      return blob === null ? null : blobId(blob)
    }
    case 'size':
      return partId === null ? 0 : decodedSize(part, bytes)
    case 'headers':
      return (await header()).header.all().map(({ name, value }) => ({ name, value }))
    case 'name':
      return part.fileName
    case 'type':
      return type
    case 'charset':
      return charsetOf(part)
    case 'disposition':
      return part.disposition
    case 'cid': {
      const { id } = (await header()).facts
      return id === null ? null : withoutAngles(id)
    }
    case 'language': {
      const { language } = (await header()).facts
      return language.length === 0 ? null : language
    }
    case 'location':
      return (await header()).facts.location
    default:
      return null
  }
}

/** `wish`: what is asked of parts. `subParts` of a structure come with it where asked for. */
export const partObject = async (one: BodyPart, wish: EmailWish, source: PartSource): Promise<JsonObject> => {
  let read: Promise<PartHeader> | undefined
  const header: Header = () => (read ??= readHeader(one.part, source.bytes))
  const object: Record<string, JsonValue> = {}
  for (const property of wish.partProperties) {
    const form = wish.partHeaders.get(property)
    if (form !== undefined) object[property] = (await header()).header.value(form)
    else if (property !== 'subParts') object[property] = await valueOf(property, one, source, header)
  }
  return object
}

/** The whole tree; `subParts` of a multipart are always told, and of another part where they are asked for. */
export const structureObject = async (one: BodyPart, wish: EmailWish, source: PartSource): Promise<JsonObject> => {
  const object = await partObject(one, wish, source)
  if (one.subParts === null) return wish.partProperties.includes('subParts') ? { ...object, subParts: null } : object
  const subParts: JsonObject[] = []
  for (const inner of one.subParts) subParts.push(await structureObject(inner, wish, source))
  return { ...object, subParts }
}

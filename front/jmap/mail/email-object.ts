/**
 * An Email object (RFC 8621 section 4.1) out of a message's index and, where something is asked for that it does not hold, its bytes.
 * Email/get and Email/parse make theirs here.
 */
import type { JsonObject, JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { bodyParts, everyPart, hasAttachment, type BodyPart, type BodyParts } from '@bulkhead/wire/jmap/mail/body-parts.ts'
import type { EmailWish } from '@bulkhead/wire/jmap/mail/email-wish.ts'
import { parsedHeader, type ParsedHeader } from '@bulkhead/wire/jmap/mail/header-forms.ts'
import { mimeLimits } from '@bulkhead/wire/mime/limits.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { bodyValue, type BodyBudget } from './body-value.ts'
import type { MessageBytes } from './message-source.ts'
import { partObject, structureObject, type PartSource } from './part-object.ts'

export interface EmailSource {
  readonly index: MessageIndex
  /** Opened when first asked for; undefined where the message is gone meanwhile. */
  bytes(): Promise<MessageBytes | undefined>
  readonly blobOf: PartSource['blobOf']
}

const partLists = ['textBody', 'htmlBody', 'attachments'] as const

const needsParts = (property: string): boolean =>
  property === 'hasAttachment' || property === 'bodyStructure' || property === 'bodyValues' || partLists.some((name) => name === property)

const needsHeader = ({ headers, properties }: EmailWish): boolean => headers.size > 0 || properties.includes('headers')

/** Sections of the index that will be looked at. */
export const sectionsFor = (wish: EmailWish): readonly IndexSection[] => {
  const sections = new Set<IndexSection>()
  if (needsHeader(wish)) sections.add('header').add('parts')
  if (wish.properties.some(needsParts)) sections.add('parts')
  if (wish.properties.includes('preview')) sections.add('preview')
  return [...sections]
}

const wantsValues = ({ properties, bodyValues: { text, html, all } }: EmailWish): boolean => properties.includes('bodyValues') && (text || html || all)

const fromHeader = new Set(['headers', 'size', 'cid', 'language', 'location'])
const partsNeedBytes = ({ partProperties, partHeaders }: EmailWish): boolean =>
  partHeaders.size > 0 || partProperties.some((property) => fromHeader.has(property))

/** Whether the message itself will be read, as far as is known before. */
export const needsBytes = (wish: EmailWish): boolean =>
  wantsValues(wish) || (partsNeedBytes(wish) && wish.properties.some((name) => name === 'bodyStructure' || partLists.some((list) => list === name)))

/** Parts whose text is wanted, each once. */
const valued = ({ textBody, htmlBody, structure }: BodyParts, { bodyValues: { text, html, all } }: EmailWish): readonly BodyPart[] => {
  const wanted = [...(text ? textBody : []), ...(html ? htmlBody : []), ...(all ? [...everyPart(structure)] : [])]
  return [...new Set(wanted)].filter(({ part, partId }) => part.type === 'text' && partId !== null)
}

const headerOf = async ({ index, bytes }: EmailSource): Promise<ParsedHeader> => {
  const { root } = index
  const whole = index.headerComplete ? undefined : await bytes()
  return parsedHeader(whole === undefined ? index.header : await whole.read(root.headerStart, Math.min(root.bodyStart, mimeLimits.headerBytesMax)))
}

const noBytes: MessageBytes = { sizeBytes: 0, read: async () => Buffer.alloc(0) }

interface Rendering {
  readonly source: EmailSource
  readonly wish: EmailWish
  readonly budget: BodyBudget
  /** Made once, when first asked for. */
  parts(): BodyParts
}

const partSource = async ({ source, wish }: Rendering): Promise<PartSource> =>
  ({ bytes: partsNeedBytes(wish) ? ((await source.bytes()) ?? noBytes) : noBytes, blobOf: source.blobOf })

const bodyValues = async ({ source, wish, budget, parts }: Rendering): Promise<JsonObject> => {
  if (!wantsValues(wish)) return {}
  const bytes = (await source.bytes()) ?? noBytes
  const values: Record<string, JsonValue> = {}
  for (const part of valued(parts(), wish)) values[part.partId ?? ''] = await bodyValue(bytes, part, wish.bodyValues.bytesMax, budget)
  return values
}

const bodyProperty = async (property: string, rendering: Rendering): Promise<JsonValue> => {
  const { source, wish, parts } = rendering
  const list = partLists.find((name) => name === property)
  if (list !== undefined) {
    const from = await partSource(rendering)
    const objects: JsonObject[] = []
    for (const part of parts()[list]) objects.push(await partObject(part, wish, from))
    return objects
  }
  switch (property) {
    case 'bodyStructure':
      return structureObject(parts().structure, wish, await partSource(rendering))
    case 'bodyValues':
      return bodyValues(rendering)
    case 'hasAttachment':
      return hasAttachment(source.index.root)
    case 'preview':
      return source.index.preview
    default:
      return null
  }
}

/** `meta`: properties that are not the message's own (section 4.1.1); they win. */
export const emailObject = async (source: EmailSource, wish: EmailWish, meta: JsonObject, budget: BodyBudget): Promise<JsonObject> => {
  let made: BodyParts | undefined
  const rendering: Rendering = { source, wish, budget, parts: () => (made ??= bodyParts(source.index.root)) }
  const header = needsHeader(wish) ? await headerOf(source) : undefined
  const object: Record<string, JsonValue> = {}
  for (const property of wish.properties) {
    const form = wish.headers.get(property)
    if (Object.hasOwn(meta, property)) object[property] = meta[property] ?? null
    else if (form !== undefined) object[property] = header?.value(form) ?? null
    else if (property === 'headers') object[property] = (header?.all() ?? []).map(({ name, value }) => ({ name, value }))
    else object[property] = await bodyProperty(property, rendering)
  }
  return object
}

/** An Email that a client wants to create (RFC 8621 section 4.6): its properties read, all that is wrong told at once. */
import { convenienceProperties, headerProperty, isHeaderProperty } from '@bulkhead/wire/jmap/header-property.ts'
import { invalidProperties, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { propertyOf, type JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { BadValue } from '@bulkhead/wire/jmap/readers.ts'
import type { ComposedField } from '@bulkhead/wire/mime/compose/message.ts'
import { mimeLimits } from '@bulkhead/wire/mime/limits.ts'
import { bodyProperties, wishedBody, type WishedPart } from './body-wish.ts'
import { fieldsOf } from './header-fields.ts'

export interface WishedEmail {
  readonly fields: readonly ComposedField[]
  readonly body: WishedPart
}

/** Where and how it is filed, which is not the message's to say. */
export const filingProperties: ReadonlySet<string> = new Set(['mailboxIds', 'keywords', 'receivedAt'])

const fieldsMax = 200

const propertyNames: Readonly<Record<string, string>> = convenienceProperties

interface Wrong {
  readonly properties: string[]
  description: string | undefined
}

const note = (wrong: Wrong, property: string, description: string): void => {
  wrong.properties.push(property)
  wrong.description ??= description
}

/** Runs `read` and notes what is wrong with it. */
const noted = <T>(wrong: Wrong, read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof BadValue)) throw error
    note(wrong, error.path, error.message)
    return undefined
  }
}

/** The body's parts say what they are, and MIME is ours to speak. */
const isOurs = (field: string): boolean => field.startsWith('content-') || field === 'mime-version'

const fieldOfProperty = (name: string) => (isHeaderProperty(name) ? headerProperty(name) : headerProperty(propertyNames[name] ?? ''))

const readFields = (create: JsonObject, wrong: Wrong): readonly ComposedField[] => {
  const fields: ComposedField[] = []
  const by = new Map<string, string>()
  for (const [name, value] of Object.entries(create)) {
    if (filingProperties.has(name) || bodyProperties.has(name)) continue
    const property = fieldOfProperty(name)
    if (property === undefined || isOurs(property.field)) {
      note(wrong, name, `${name.slice(0, 100)}: can not be set`)
      continue
    }
    const other = by.get(property.field)
    if (other !== undefined && value !== null) note(wrong, name, `${name}: ${other} says it already`)
    if (value !== null) by.set(property.field, name)
    fields.push(...(noted(wrong, () => fieldsOf(property, value, name)) ?? []))
  }
  return fields
}

export const wishedEmail = (create: JsonObject): WishedEmail | SetError => {
  const wrong: Wrong = { properties: [], description: undefined }
  const fields = readFields(create, wrong)
  const body = noted(wrong, () => wishedBody(create))
  const bytes = fields.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0)
  if (fields.length > fieldsMax || bytes > mimeLimits.headerBytesMax / 2) note(wrong, 'headers', 'the header is too large')
  if (propertyOf(create, 'headers') !== undefined && !wrong.properties.includes('headers')) note(wrong, 'headers', 'fields are set one by one')
  if (wrong.properties.length > 0 || body === undefined) return invalidProperties(wrong.properties.slice(0, 100), wrong.description)
  return { fields, body }
}

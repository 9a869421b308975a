/**
 * What our own reception wrote on a message: the fields before the first that came with it. Intake renames what comes from outside
 * under our name, and a message that was put into a mailbox otherwise has no such block.
 */
import { readResults } from '@bulkhead/wire/mailauth/read-results.ts'
import { authservIdOf, type MethodResult } from '@bulkhead/wire/mailauth/authentication-results.ts'
import { fieldText, type HeaderField } from '@bulkhead/wire/mime/header.ts'

export interface OwnFields {
  /** Null where nobody of us judged it. */
  readonly results: readonly MethodResult[] | null
  /** Names, in lower case, and values of what stages found: `x-spam-flag: YES (…)`. */
  readonly found: readonly (readonly [name: string, value: string])[]
}

const nothing: OwnFields = { results: null, found: [] }

const arc = /^arc-/

/** `hostName`: of this cell, which is the authserv-id. */
export const ownFields = (header: Uint8Array, fields: readonly HeaderField[], hostName: string): OwnFields => {
  const [first, second] = fields
  if (first?.name !== 'return-path' || second?.name !== 'received') return nothing
  if (!fieldText(header, second).toLowerCase().includes(`by ${hostName.toLowerCase()}`)) return nothing
  const at = fields.findIndex(({ name }, place) => place > 1 && !arc.test(name))
  const field = fields[at]
  if (field?.name !== 'authentication-results') return nothing
  const value = fieldText(header, field)
  if (authservIdOf(value) !== hostName.toLowerCase()) return nothing
  const found: [string, string][] = []
  for (const next of fields.slice(at + 1)) {
    if (!next.name.startsWith('x-')) break
    found.push([next.name, fieldText(header, next)])
  }
  return { results: readResults(value), found }
}

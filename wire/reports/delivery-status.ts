/** A delivery status notification as it comes in (RFC 3464): which submission it names, and what became of whom. */
import { view } from '@bulkhead/base/bytes.ts'
import { firstField, headerFields } from '../mime/header.ts'
import { indexMessage } from '../mime/indexer.ts'
import type { Part } from '../mime/message-index.ts'
import { fromXtext, type DsnAction } from '../trace/dsn.ts'

export interface ReportedRecipient {
  /** As the report names it, without its type (`rfc822;`), and as the sender did (ORCPT); null where it does not say. */
  readonly final: string | null
  readonly original: string | null
  readonly action: DsnAction | 'expanded'
}

export interface DeliveryReport {
  /** Original-Envelope-Id as it stands: it is text, not xtext (RFC 3464 section 2.2.1). */
  readonly envid: string
  readonly recipients: readonly ReportedRecipient[]
}

const recipientsMax = 1_000
const valueMax = 1_000
const actions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const

function* partsOf(part: Part): Generator<Part> {
  yield part
  for (const inner of part.parts) yield* partsOf(inner)
}

const valueIn = (group: Buffer, name: string): string => (firstField(group, headerFields(group), name) ?? '').replace(/\s+/g, ' ').trim().slice(0, valueMax)

const addressIn = (value: string): string | null => {
  const semicolon = value.indexOf(';')
  return semicolon < 0 ? null : fromXtext(value.slice(semicolon + 1).trim())
}

const recipientOf = (group: Buffer): readonly ReportedRecipient[] => {
  const action = actions.find((one) => one === valueIn(group, 'action').toLowerCase())
  if (action === undefined) return []
  return [{ final: addressIn(valueIn(group, 'final-recipient')), original: addressIn(valueIn(group, 'original-recipient')), action }]
}

/** Groups of fields, parted by empty lines. */
const groupsOf = (status: Buffer): readonly Buffer[] => {
  const groups = status.toString('latin1').split(/\r?\n[ \t]*\r?\n/, recipientsMax + 1).map((group) => group.trim())
  return groups.filter((group) => group !== '').map((group) => Buffer.from(`${group}\r\n\r\n`, 'latin1'))
}

/** Undefined where the message is none, or names no submission. */
export const readDeliveryReport = (bytes: Uint8Array): DeliveryReport | undefined => {
  const message = view(bytes)
  const { root } = indexMessage(message)
  if (root.type !== 'multipart' || root.subtype !== 'report') return undefined
  const status = [...partsOf(root)].find(({ type, subtype }) => type === 'message' && (subtype === 'delivery-status' || subtype === 'global-delivery-status'))
  if (status === undefined) return undefined
  const [first, ...others] = groupsOf(message.subarray(status.bodyStart, status.bodyEnd))
  const envid = first === undefined ? '' : valueIn(first, 'original-envelope-id')
  return envid === '' ? undefined : { envid, recipients: others.flatMap(recipientOf) }
}

/** What a FETCH has to do, decided before anything is read. */
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { FetchAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import { isBinary } from './binary.ts'
import type { Positions } from '@bulkhead/wire/imap/sequence-set.ts'

/** Where the dearest attribute comes from: the state in memory, the message's index, or its bytes. */
export type Depth = 'memory' | 'index' | 'body'

export interface FetchJob {
  readonly mailbox: MailboxId
  /** The messages as this session numbers them. */
  readonly shown: MessageList
  readonly positions: Positions
  readonly attributes: readonly FetchAttribute[]
  readonly depth: Depth
  /** Some BODY[] without PEEK in a mailbox that may be written: \Seen is set (RFC 9051 section 6.4.5). */
  readonly marksSeen: boolean
}

const fromIndex = new Set(['ENVELOPE', 'BODY', 'BODYSTRUCTURE'])

const depthOfOne = (attribute: FetchAttribute): Depth => {
  if (isBinary(attribute)) return 'body'
  if (attribute.item !== 'section') return fromIndex.has(attribute.item) ? 'index' : 'memory'
  const { path, text } = attribute.section
  const isHeader = path.length === 0 && (text === 'header' || text === 'fields' || text === 'fieldsNot')
  return isHeader ? 'index' : 'body'
}

export const depthOf = (attributes: readonly FetchAttribute[]): Depth => {
  const depths = attributes.map(depthOfOne)
  if (depths.includes('body')) return 'body'
  return depths.includes('index') ? 'index' : 'memory'
}

/** Whether the message's index is needed: not for whole messages, whose size is in memory. */
export const needsIndex = (attributes: readonly FetchAttribute[]): boolean =>
  attributes.some((attribute) => {
    if (isBinary(attribute)) return attribute.path.length > 0
    if (attribute.item !== 'section') return fromIndex.has(attribute.item)
    return attribute.section.path.length > 0 || attribute.section.text !== 'all'
  })

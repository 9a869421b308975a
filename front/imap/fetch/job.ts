/** What a FETCH has to do, decided before anything is read. */
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { FetchAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import { isBinary } from './binary.ts'
import type { Positions } from '@bulkhead/wire/imap/sequence-set.ts'
import type { IndexSection } from '@bulkhead/wire/mime/message-index.ts'

/** Where the dearest attribute comes from: the state in memory, the message's index, or its bytes. */
export type Depth = 'memory' | 'index' | 'body'

export interface FetchJob {
  readonly mailbox: MailboxId
  /** The messages as this session numbers them. */
  readonly shown: MessageList
  readonly positions: Positions
  readonly attributes: readonly FetchAttribute[]
  readonly depth: Depth
  /** Lines are UIDFETCH (RFC 9586). */
  readonly uidOnly: boolean
  /** Some BODY[] without PEEK in a mailbox that may be written: \Seen is set (RFC 9051 section 6.4.5). */
  readonly marksSeen: boolean
  /** The VANISHED line that comes before all others. */
  readonly vanished: string | null
}

const sectionOfItem: Readonly<Record<string, IndexSection>> = { ENVELOPE: 'envelope', BODY: 'body', BODYSTRUCTURE: 'bodyStructure', PREVIEW: 'preview' }

const depthOfOne = (attribute: FetchAttribute): Depth => {
  if (isBinary(attribute)) return 'body'
  if (attribute.item !== 'section') return attribute.item in sectionOfItem ? 'index' : 'memory'
  const { path, text } = attribute.section
  const isHeader = path.length === 0 && (text === 'header' || text === 'fields' || text === 'fieldsNot')
  return isHeader ? 'index' : 'body'
}

export const depthOf = (attributes: readonly FetchAttribute[]): Depth => {
  const depths = attributes.map(depthOfOne)
  if (depths.includes('body')) return 'body'
  return depths.includes('index') ? 'index' : 'memory'
}

/** The sections of the message's index that are needed; none for whole messages, whose size is in memory. */
export const indexSectionsOf = (attributes: readonly FetchAttribute[]): readonly IndexSection[] => {
  const sections = new Set<IndexSection>()
  for (const attribute of attributes) {
    if (isBinary(attribute)) {
      if (attribute.path.length > 0) sections.add('parts')
      continue
    }
    if (attribute.item !== 'section') {
      const section = sectionOfItem[attribute.item]
      if (section !== undefined) sections.add(section)
      continue
    }
    if (attribute.section.path.length === 0 && attribute.section.text === 'all') continue
    sections.add('header').add('parts')
  }
  return [...sections]
}

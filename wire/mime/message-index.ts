/**
 * What is known of a message without reading it again: computed in one linear pass at arrival (`indexer.ts`), kept
 * sealed beside the bytes. Offsets count bytes from the start of the message.
 */

import type { Digest } from '../text/digest.ts'
import type { Overview } from './overview.ts'

/** A MIME part (RFC 2045, RFC 2046), or the message itself at the root. */
export interface Part {
  /** First byte of the part's header. */
  readonly headerStart: number
  /** First byte after the empty line that ends the header. */
  readonly bodyStart: number
  /** First byte after the body; the line break before a boundary belongs to the boundary. */
  readonly bodyEnd: number
  /** Lines of the body. */
  readonly lines: number
  /** Lower case. */
  readonly type: string
  readonly subtype: string
  /** Lower-case names; values as RFC 2231 and RFC 2047 give them, decoded to text. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
  /** Lower case; `7bit` where absent. */
  readonly encoding: string
  readonly disposition: string | null
  readonly fileName: string | null
  /** Parts of a multipart, or the one message inside message/rfc822 (whose own header and body are that part's). */
  readonly parts: readonly Part[]
}

export interface MessageIndex {
  readonly sizeBytes: number
  readonly root: Part
  /** The message's raw header with its empty line, at most `headerKeptMax` bytes; longer ones are read from the body. */
  readonly header: Uint8Array
  readonly headerComplete: boolean
  /** IMAP's `ENVELOPE`, `BODY` and `BODYSTRUCTURE` ready to send (RFC 9051 section 7.5.2): one character a byte (latin1), literals included. */
  readonly envelopeWire: string
  readonly bodyWire: string
  readonly bodyStructureWire: string
  readonly overview: Overview
  /** The first words (RFC 8970); empty where there is no text. */
  readonly preview: string
  /** Of everything SEARCH reads (`search-text.ts`); empty where that is unknown. */
  readonly digest: Digest
  /** The same as bytes, where the index lies encoded. */
  wireBytes?(section: 'envelope' | 'body' | 'bodyStructure'): Buffer
}

/** Parts of an index that are encoded, packed and read each by itself. */
export type IndexSection = 'envelope' | 'body' | 'bodyStructure' | 'header' | 'parts' | 'overview' | 'preview' | 'digest'

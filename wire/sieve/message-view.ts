/** A message as scripts see it. Nothing is read before it is asked for, and nothing twice. */
import { latin1, view } from '@bulkhead/base/bytes.ts'
import { mailboxesIn, type Mailbox } from '../mime/address-list.ts'
import { decodedContent, decodedText } from '../mime/decoded-text.ts'
import { decodedWords } from '../mime/encoded-word.ts'
import { fieldText, type HeaderField } from '../mime/header.ts'
import { indexMessage } from '../mime/indexer.ts'
import type { MessageIndex, Part } from '../mime/message-index.ts'
import { htmlText } from '../text/html-text.ts'
import type { SieveMessage } from './message.ts'

/** Of the body, bytes looked at by a script; what is behind them it does not see. */
export const bodyBytesSeenMax = 1_048_576
const addressFieldBytesMax = 65_536
const partsSeenMax = 200

export interface ViewSource {
  /** Header fields in order, with the bytes they are places in; those of others that only we write are left out. */
  readonly fields: readonly { readonly header: Buffer; readonly field: HeaderField }[]
  readonly message: Buffer
  /** Where others look at the same message: made once for all. */
  readonly index?: () => MessageIndex
}

function* leaves(part: Part): Generator<Part, void, void> {
  if (part.parts.length === 0) yield part
  for (const inner of part.parts) yield* leaves(inner)
}

const addressOf = ({ localPart, host }: Mailbox): string => (host === null ? localPart : `${localPart}@${host}`)

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

const isOfType = ({ type, subtype }: Part, wanted: string): boolean => {
  if (wanted === '') return true
  return wanted.includes('/') ? wanted === `${type}/${subtype}` : wanted === type
}

export const sieveMessage = ({ fields, message, index: shared }: ViewSource): SieveMessage => {
  const byName = once(() => Map.groupBy(fields, ({ field }) => field.name))
  const values = new Map<string, readonly string[]>()
  const index = shared ?? once(() => indexMessage(message))
  const parts = once(() => {
    const found: Part[] = []
    let left = bodyBytesSeenMax
    for (const part of leaves(index().root)) {
      if (found.length >= partsSeenMax || left <= 0) break
      found.push(part)
      left -= part.bodyEnd - part.bodyStart
    }
    return found
  })
  const bytesOf = ({ bodyStart, bodyEnd }: Part): Buffer => view(message).subarray(bodyStart, Math.min(bodyEnd, bodyStart + bodyBytesSeenMax))
  const textOf = (part: Part): string => (part.type === 'text' ? decodedText(part, bytesOf(part)) : latin1(decodedContent(part.encoding, bytesOf(part))))
  const raw = (name: string): readonly string[] => (byName().get(name) ?? []).map(({ header, field }) => fieldText(header, field))
  return {
    sizeBytes: message.length,
    header(name) {
      const known = values.get(name)
      if (known !== undefined) return known
      const found = raw(name).map((text) => decodedWords(text))
      values.set(name, found)
      return found
    },
    addresses: (name) => raw(name).map((text) => mailboxesIn(text.slice(0, addressFieldBytesMax)).map(addressOf)),
    rawBody: once(() => latin1(view(message).subarray(index().root.bodyStart, index().root.bodyStart + bodyBytesSeenMax))),
    contents: (types) => parts().filter((part) => types.some((type) => isOfType(part, type))).map(textOf),
    text: once(() => parts().filter(({ type }) => type === 'text').map((part) => (part.subtype === 'html' ? htmlText(textOf(part)) : textOf(part))).join('\n')),
  }
}

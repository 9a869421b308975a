/** A message as scripts see it. Nothing is read before it is asked for, and nothing twice. */
import { latin1, view } from '@bulkhead/base/bytes.ts'
import { mailboxesIn, type Mailbox } from '../mime/address-list.ts'
import { decodedContent, decodedText } from '../mime/decoded-text.ts'
import { decodedWords } from '../mime/encoded-word.ts'
import { fieldText, headerFields, type HeaderField } from '../mime/header.ts'
import { indexMessage } from '../mime/indexer.ts'
import type { MessageIndex, Part } from '../mime/message-index.ts'
import { decodedParameters } from '../mime/parameter.ts'
import { structuredField } from '../mime/structured-field.ts'
import { htmlText } from '../text/html-text.ts'
import type { SieveMessage, SievePart } from './message.ts'

/** Of the body, bytes looked at by a script; what is behind them it does not see. */
export const bodyBytesSeenMax = 1_048_576
const addressFieldBytesMax = 65_536
const partsSeenMax = 200
const partHeaderBytesSeenMax = 65_536
const parametersSeenMax = 50

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

const addressesIn = (text: string): readonly string[] => mailboxesIn(text.slice(0, addressFieldBytesMax)).map(addressOf)

/** A part and those within it, in order, so many at most. */
const withParts = (part: Part, partsMax: number): readonly Part[] => {
  const found: Part[] = []
  const pending: Part[] = [part]
  for (let next = pending.pop(); next !== undefined && found.length < partsMax; next = pending.pop()) {
    found.push(next)
    pending.push(...next.parts.slice(0, partsMax).toReversed())
  }
  return found
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
  const partView = (part: Part): SievePart => {
    const own = once(() => {
      const header = view(message).subarray(part.headerStart, Math.min(part.bodyStart, part.headerStart + partHeaderBytesSeenMax))
      return headerFields(header).map((field) => ({ header, field }))
    })
    const texts = (name: string): readonly string[] =>
      part === index().root ? raw(name) : own().filter(({ field }) => field.name === name).map(({ header, field }) => fieldText(header, field))
    const all = once(() => withParts(part, partsSeenMax).map((inner) => (inner === part ? self : partOf(inner))))
    const self: SievePart = {
      all,
      header: (name) => texts(name).map((text) => decodedWords(text)),
      addresses: (name) => texts(name).map(addressesIn),
      structured: (name) => texts(name).map((text) => {
        const { value, parameters } = structuredField(text, parametersSeenMax)
        return { value, parameters: decodedParameters(parameters) }
      }),
      text: once(() => (part.type === 'text' && part.parts.length === 0 ? textOf(part) : '')),
    }
    return self
  }
  const partViews = new Map<Part, SievePart>()
  const partOf = (part: Part): SievePart => {
    const made = partViews.get(part) ?? partView(part)
    partViews.set(part, made)
    return made
  }
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
    addresses: (name) => raw(name).map(addressesIn),
    root: () => partOf(index().root),
    rawBody: once(() => latin1(view(message).subarray(index().root.bodyStart, index().root.bodyStart + bodyBytesSeenMax))),
    contents: (types) => parts().filter((part) => types.some((type) => isOfType(part, type))).map(textOf),
    text: once(() => parts().filter(({ type }) => type === 'text').map((part) => (part.subtype === 'html' ? htmlText(textOf(part)) : textOf(part))).join('\n')),
  }
}

/** Addresses of a header field as they may be shown: names decoded and without tricks, hosts as they can be told apart. */
import { domainToASCII } from 'node:url'
import { mailboxesIn } from '@bulkhead/wire/mime/address-list.ts'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import { fieldText, type HeaderField } from '@bulkhead/wire/mime/header.ts'
import { decodedRawText } from '@bulkhead/wire/mime/raw-text.ts'
import { shownHost } from '@bulkhead/wire/text/look-alike.ts'
import { shownName } from '@bulkhead/wire/text/shown-name.ts'
import type { ViewAddress } from './view.ts'

export interface FoundAddress {
  readonly shown: ViewAddress
  /** Lower-case A-label; empty where there is none. */
  readonly host: string
}

/** Bytes of a field that are read; five thousand recipients fit. */
const fieldCharsMax = 262_144
const nameMax = 200

export const addressesIn = (header: Uint8Array, fields: readonly HeaderField[], name: string): readonly FoundAddress[] => {
  const field = fields.find((one) => one.name === name)
  if (field === undefined) return []
  return mailboxesIn(fieldText(header, field).slice(0, fieldCharsMax)).map(({ name: phrase, localPart, host }) => {
    const readable = decodedRawText(host ?? '')
    const ascii = domainToASCII(readable) || readable.toLowerCase()
    const local = shownName(decodedRawText(localPart), nameMax)
    const at = host === null ? '' : '@'
    const words = phrase === null ? '' : shownName(decodedWords(phrase), nameMax)
    const written = (domain: string): string => `${local}${at}${shownName(domain)}`
    return { host: ascii, shown: { name: words === '' ? null : words, email: written(ascii), shown: written(shownHost(ascii)) } }
  })
}

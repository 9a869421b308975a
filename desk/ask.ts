/** Fields of a request to the desk, checked. What a person can mistype is a refusal; the rest is a `BadAsk`. */
import { textOf, wholeOf } from '@bulkhead/door/ask.ts'
import { canonicalAddress } from '@bulkhead/mail/address/address.ts'
import { domainName } from '@bulkhead/mail/address/domain.ts'

type Fields = Readonly<Record<string, unknown>>

const textLengthMax = 1_024
const nameLengthMax = 100
const reasonLengthMax = 200
const idPattern = /^[a-z0-9][a-z0-9-]{0,62}$/
const control = /\p{Cc}/u
const quotaMessagesMax = 1_000_000_000
const quotaBytesMax = Number.MAX_SAFE_INTEGER

export interface TypedAddress {
  readonly address: string
  readonly domain: string
}

/** Canonical; undefined where it is none. */
export const addressOf = (ask: Fields, name: string): TypedAddress | undefined => {
  const address = canonicalAddress(textOf(ask, name, textLengthMax))
  return address === undefined ? undefined : { address, domain: address.slice(address.lastIndexOf('@') + 1) }
}

export const domainOf = (ask: Fields): string | undefined => domainName(textOf(ask, 'domain', textLengthMax))

/** A brand's id. */
export const brandOf = (ask: Fields, name = 'brand'): string | undefined => {
  const id = textOf(ask, name, textLengthMax)
  return idPattern.test(id) ? id : undefined
}

/** A brand's id, or the empty text for the whole ISP. */
export const scopeOf = (ask: Fields): string | undefined => (ask['brand'] === '' ? '' : brandOf(ask))

export const nameOf = (ask: Fields): string | undefined => {
  const name = textOf(ask, 'name', textLengthMax).trim()
  return name === '' || name.length > nameLengthMax || control.test(name) ? undefined : name
}

export const messageQuotaOf = (ask: Fields): number | null =>
  ask['quotaMessages'] === null ? null : wholeOf(ask, 'quotaMessages', 0, quotaMessagesMax)

export const quotaOf = (ask: Fields): number | null =>
  ask['quotaBytes'] === null ? null : wholeOf(ask, 'quotaBytes', 0, quotaBytesMax)

/** A reason goes to the ledger, where no address may stand; empty is no reason. */
export const reasonOf = (ask: Fields): string =>
  textOf(ask, 'reason', textLengthMax).replace(/\S*@\S*/g, '…').trim().slice(0, reasonLengthMax)

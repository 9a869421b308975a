/** Fields of a request that only the vault knows, checked. */
import { BadAsk, bytesOf, textOf } from '@bulkhead/door/ask.ts'
import { signaturesMax, signedBytesMax } from '@bulkhead/door/contracts/vault.ts'
import { addressBytesMax, innerWrapBytesMax, sealedRowBytesMax } from '@bulkhead/seal/rows.ts'
import { verifierBytes } from '@bulkhead/seal/wraps.ts'

type Fields = Readonly<Record<string, unknown>>

const rowsMax = 1_000
const domainPattern = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/
const selectorPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const setPattern = /^[a-z0-9][a-z0-9-]{0,62}$/

export const addressOf = (ask: Fields, name: string): string => {
  const address = textOf(ask, name, addressBytesMax)
  if (address === '' || Buffer.byteLength(address) > addressBytesMax) throw new BadAsk(name)
  return address
}

export const verifierOf = (ask: Fields): Buffer => {
  const verifier = bytesOf(ask, 'verifier', verifierBytes)
  if (verifier.length !== verifierBytes) throw new BadAsk('verifier')
  return verifier
}

export const innerWrapOf = (ask: Fields): Buffer => bytesOf(ask, 'innerWrap', innerWrapBytesMax)

export const sealedRowOf = (ask: Fields, name: string): Buffer => bytesOf(ask, name, sealedRowBytesMax)

/** A set is a brand of the ISP. */
export const setOf = (ask: Fields, name: string): string => {
  const set = textOf(ask, name, 63)
  if (!setPattern.test(set)) throw new BadAsk(name)
  return set
}

export const sealedRowsOf = (ask: Fields, name: string): readonly Buffer[] => {
  const rows = ask[name]
  if (!Array.isArray(rows) || rows.length > rowsMax) throw new BadAsk(name)
  return rows.map((row: unknown) => sealedRowOf({ [name]: row }, name))
}

/** An object, or null where it was not given. */
export const partOf = (ask: Fields, name: string): Fields | null => {
  const part = ask[name]
  if (part === null) return null
  if (typeof part !== 'object' || part === undefined || Array.isArray(part)) throw new BadAsk(name)
  return part as Fields
}

/** Why a person's address is opened. It goes to the ledger, so it must not hold an address itself. */
export const reasonOf = (ask: Fields): string => {
  const reason = textOf(ask, 'reason', 200)
  if (reason.trim() === '' || reason.includes('@')) throw new BadAsk('reason')
  return reason
}

/** In lower case, its labels in ASCII. */
export const domainOf = (ask: Fields): string => {
  const domain = textOf(ask, 'domain', 253)
  if (!domainPattern.test(domain)) throw new BadAsk('domain')
  return domain
}

/** One label, so that a selector's record is never in somebody else's zone. */
export const selectorOf = (ask: Fields): string => {
  const selector = textOf(ask, 'selector', 63)
  if (!selectorPattern.test(selector)) throw new BadAsk('selector')
  return selector
}

export const signaturesOf = (ask: Fields): readonly { readonly selector: string; readonly bytes: Buffer }[] => {
  const { signatures } = ask
  if (!Array.isArray(signatures) || signatures.length === 0 || signatures.length > signaturesMax) throw new BadAsk('signatures')
  return signatures.map((signature: unknown) => {
    const part = partOf({ signature }, 'signature')
    if (part === null) throw new BadAsk('signatures')
    return { selector: selectorOf(part), bytes: bytesOf(part, 'bytes', signedBytesMax) }
  })
}

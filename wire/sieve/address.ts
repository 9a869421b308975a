/** Addresses in scripts: bare ones, without a name beside them, so that nothing but an address leaves a script as one. */
import { parseAddress } from '../smtp/path.ts'

export const addressMistake = (text: string): string | undefined =>
  parseAddress(text) === undefined ? `${JSON.stringify(text.slice(0, 100))} is no address` : undefined

export type AddressPart = 'all' | 'localpart' | 'domain' | 'user' | 'detail'

/** RFC 5228 section 2.7.4, RFC 5233 with `+`. Undefined where the address has no such part. */
export const partOf = (address: string, part: AddressPart): string | undefined => {
  if (part === 'all') return address
  const at = address.lastIndexOf('@')
  if (part === 'domain') return at < 0 ? '' : address.slice(at + 1)
  const local = at < 0 ? address : address.slice(0, at)
  if (part === 'localpart') return local
  const plus = local.indexOf('+')
  if (part === 'user') return plus < 0 ? local : local.slice(0, plus)
  return plus < 0 ? undefined : local.slice(plus + 1)
}

/** Who vouches for the author of a message, out of our own results (RFC 8601). */
import type { MethodResult } from '@bulkhead/wire/mailauth/authentication-results.ts'
import { isSameSite } from '@bulkhead/wire/text/look-alike.ts'

export interface Verification {
  /**
   * `partly`: a signature or the path belongs to the author's domain, which publishes no policy. `customer`: another customer of the cell
   * handed it in, signed in, from an address of their own.
   */
  readonly state: 'verified' | 'customer' | 'partly' | 'failed' | 'unknown'
  readonly spf: string | null
  readonly dkim: string | null
  readonly dmarc: string | null
  /** The domain that vouches. */
  readonly domain: string | null
}

const propertyOf = (result: MethodResult, name: string): string => result.properties.find(([key]) => key === name)?.[1] ?? ''

const hostOf = (text: string): string => text.slice(text.lastIndexOf('@') + 1).toLowerCase()

/** `fromDomain`: of the From field, in lower case; null where it names no single one. */
export const verificationOf = (results: readonly MethodResult[] | null, fromDomain: string | null): Verification => {
  if (results === null) return { state: 'unknown', spf: null, dkim: null, dmarc: null, domain: null }
  const of = (method: string): readonly MethodResult[] => results.filter((one) => one.method === method)
  const [spf, dmarc] = [of('spf')[0], of('dmarc')[0]]
  const signed = of('dkim')
  const said = { spf: spf?.result ?? null, dkim: (signed.find(({ result }) => result === 'pass') ?? signed[0])?.result ?? null, dmarc: dmarc?.result ?? null }
  if (fromDomain === null) return { ...said, state: dmarc?.result === 'fail' ? 'failed' : 'unknown', domain: null }
  if (of('auth')[0]?.result === 'pass') return { ...said, state: 'customer', domain: fromDomain }
  if (dmarc?.result === 'pass') return { ...said, state: 'verified', domain: fromDomain }
  if (dmarc?.result === 'fail') return { ...said, state: 'failed', domain: null }
  const signer = signed.find((one) => one.result === 'pass' && isSameSite(propertyOf(one, 'header.d').toLowerCase(), fromDomain))
  if (signer !== undefined) return { ...said, state: 'partly', domain: propertyOf(signer, 'header.d').toLowerCase() }
  const path = spf?.result === 'pass' ? hostOf(propertyOf(spf, 'smtp.mailfrom') || propertyOf(spf, 'smtp.helo')) : ''
  if (path !== '' && isSameSite(path, fromDomain)) return { ...said, state: 'partly', domain: path }
  return { ...said, state: 'unknown', domain: null }
}

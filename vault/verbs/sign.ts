/** `sign`: DKIM signatures with keys of one domain. RSA takes a processor a millisecond, so it is never done on this thread. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { domainOf, signaturesOf } from '../ask.ts'
import { signed } from '../signing-keys.ts'
import type { LaterVerbOf } from '../vault.ts'

export const sign: LaterVerbOf<'sign'> = async ({ signingKeys }, ask) => {
  const domain = domainOf(ask)
  const wanted = signaturesOf(ask).flatMap(({ selector, bytes }) => {
    const key = signingKeys.of(domain, selector)
    return key === undefined ? [undefined] : [{ key, bytes }]
  })
  const known = wanted.filter((one) => one !== undefined)
  if (known.length < wanted.length) return refused('noSuchKey')
  const signatures = await Promise.all(known.map(({ key, bytes }) => signed(key, bytes)))
  return answered({ signatures: signatures.map((signature) => signature.toString('base64')) })
}

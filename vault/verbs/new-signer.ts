/** `newSigner`: makes a domain's key. Making one of RSA takes a processor a while, so it is not done on this thread. */
import { oneOf } from '@bulkhead/door/ask.ts'
import { signerAlgorithms, type Signer } from '@bulkhead/door/contracts/vault.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { domainOf, selectorOf } from '../ask.ts'
import { newSigningKey, wrapSigningKey } from '../signing-keys.ts'
import type { LaterVerbOf } from '../vault.ts'

export const newSigner: LaterVerbOf<'newSigner'> = async ({ table, root, clock }, ask) => {
  const domain = domainOf(ask)
  const selector = selectorOf(ask)
  const algorithm = oneOf(ask, 'algorithm', signerAlgorithms)
  const { publicKey, privateKey } = await newSigningKey(algorithm)
  const signer: Signer = { selector, algorithm, publicKey: publicKey.toString('base64'), state: 'published', sinceMs: clock.now() }
  // Others may have made keys meanwhile: the table decides.
  const became = table.signers.add(domain, signer, wrapSigningKey(root, domain, selector, privateKey))
  return became === 'added' ? answered({ signer }) : refused(became)
}

/**
 * Signs messages for our domains (RFC 6376) with keys that stay in the vault. Which keys a domain has is remembered for a
 * while; a key that is gone meanwhile is asked for once more.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Signer } from '@bulkhead/door/contracts/vault.ts'
import { bodyDigest } from '@bulkhead/wire/mailauth/canonical-body.ts'
import { dkimSignature } from '@bulkhead/wire/mailauth/dkim-sign.ts'
import { headerLength } from '@bulkhead/wire/mime/header.ts'
import { knownSigners, signatures, type SigningVault } from './known-signers.ts'

export type { SigningVault } from './known-signers.ts'

export interface DomainSigner {
  /** Whether mail of this domain can be signed. Throws a `Fault` where the vault can't be asked. */
  signs(domain: string): Promise<boolean>
  /**
   * The DKIM-Signature fields to stand before the message, one for each key; empty where the domain has none. Throws a `Fault`
   * where the vault is away or its budget spent.
   */
  fieldsFor(domain: string, message: Buffer): Promise<string>
}

export const domainSigner = (vault: SigningVault, clock: Clock): DomainSigner => {
  const known = knownSigners(vault, clock)

  /** Undefined where a key is gone. */
  const signedBy = async (domain: string, signers: readonly Signer[], message: Buffer): Promise<string | undefined> => {
    if (signers.length === 0) return ''
    const length = headerLength(message)
    const digest = bodyDigest()
    digest.update(message.subarray(length))
    const signing = dkimSignature({ domain, signers, header: message.subarray(0, length), bodyHash: digest.digest(), atMs: clock.now() })
    const signed = await signatures(vault, domain, signing.toSign)
    return signed === undefined ? undefined : signing.fields(signed)
  }

  return {
    signs: async (domain) => (await known.of(domain)).length > 0,
    async fieldsFor(domain, message) {
      const fields = (await signedBy(domain, await known.of(domain), message)) ?? (await signedBy(domain, await known.anew(domain), message))
      return fields ?? ''
    },
  }
}

/** The domain itself or the nearest above it that signs: a signature of either is aligned (RFC 9989 section 3.2). */
export const nearestSigning = async (signer: Pick<DomainSigner, 'signs'>, domain: string): Promise<string | undefined> => {
  const labels = domain.split('.')
  for (let at = 0; at < labels.length - 1; at += 1) {
    const candidate = labels.slice(at).join('.')
    if (await signer.signs(candidate)) return candidate
  }
  return undefined
}

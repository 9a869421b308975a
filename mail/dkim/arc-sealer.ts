/** Seals messages with ARC for our domains (RFC 8617) with keys that stay in the vault. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Signer } from '@bulkhead/door/contracts/vault.ts'
import { arcSeal } from '@bulkhead/wire/mailauth/arc-seal.ts'
import { bodyDigest } from '@bulkhead/wire/mailauth/canonical-body.ts'
import type { ArcResult } from '@bulkhead/wire/mailauth/results.ts'
import { headerLength } from '@bulkhead/wire/mime/header.ts'
import { knownSigners, signatures, type SigningVault } from './known-signers.ts'

/** What was found of a message that is sealed. */
export interface ArcFound {
  readonly chain: ArcResult
  /** Value of our Authentication-Results field. */
  readonly results: string
}

export interface ArcSealer {
  /** Whether mail of this domain can be sealed. Throws a `Fault` where the vault can't be asked. */
  signs(domain: string): Promise<boolean>
  /**
   * The ARC set to stand before the message (RFC 8617 section 5.1); empty where the domain has no key, or the chain takes no further
   * seal. Throws a `Fault` where the vault is away or its budget spent.
   */
  sealFor(domain: string, message: Buffer, found: ArcFound): Promise<string>
}

/** What verifies ARC seldom knows another algorithm. */
const rsaOf = (signers: readonly Signer[]): Signer | undefined => signers.find(({ algorithm }) => algorithm === 'rsa-sha256')

export const arcSealer = (vault: SigningVault, clock: Clock): ArcSealer => {
  const known = knownSigners(vault, clock)

  /** Undefined where the key is gone. */
  const sealedBy = async (domain: string, signers: readonly Signer[], message: Buffer, found: ArcFound): Promise<string | undefined> => {
    const signer = rsaOf(signers)
    if (signer === undefined) return ''
    const length = headerLength(message)
    const digest = bodyDigest()
    digest.update(message.subarray(length))
    const sealing = arcSeal({ domain, signer, header: message.subarray(0, length), bodyHash: digest.digest(), ...found, atMs: clock.now() })
    if (sealing === undefined) return ''
    const [messageSignature] = (await signatures(vault, domain, [sealing.toSign])) ?? []
    if (messageSignature === undefined) return undefined
    const { toSign, fields } = sealing.sealed(messageSignature)
    const [seal] = (await signatures(vault, domain, [toSign])) ?? []
    return seal === undefined ? undefined : fields(seal)
  }

  return {
    signs: async (domain) => rsaOf(await known.of(domain)) !== undefined,
    async sealFor(domain, message, found) {
      const fields = (await sealedBy(domain, await known.of(domain), message, found)) ?? (await sealedBy(domain, await known.anew(domain), message, found))
      return fields ?? ''
    },
  }
}

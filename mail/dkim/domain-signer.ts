/**
 * Signs messages for our domains (RFC 6376) with keys that stay in the vault. Which keys a domain has is remembered for a
 * while; a key that is gone meanwhile is asked for once more.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Signer, VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import { bodyDigest } from '@bulkhead/wire/mailauth/canonical-body.ts'
import { dkimSignature } from '@bulkhead/wire/mailauth/dkim-sign.ts'
import { headerLength } from '@bulkhead/wire/mime/header.ts'

export type SigningVault = Pick<Door<Pick<VaultVerbs, 'sign' | 'signers'>>, 'ask'>

export interface DomainSigner {
  /** Whether mail of this domain can be signed. Throws a `Fault` where the vault can't be asked. */
  signs(domain: string): Promise<boolean>
  /**
   * The DKIM-Signature fields to stand before the message, one for each key; empty where the domain has none. Throws a `Fault`
   * where the vault is away or its budget spent.
   */
  fieldsFor(domain: string, message: Buffer): Promise<string>
}

const rememberedMs = 60_000
const rememberedMax = 10_000
/** RSA and Ed25519 side by side. */
const keysMax = 2

export const domainSigner = (vault: SigningVault, clock: Clock): DomainSigner => {
  const remembered = new Map<string, { readonly signers: readonly Signer[]; readonly untilMs: number }>()

  const asked = async (domain: string): Promise<readonly Signer[]> => {
    const reply = await vault.ask('signers', { domain })
    if (reply.is === 'refused') throw new Fault('vaultAway', `vault refused signers: ${reply.refusal}`)
    const signers = reply.answer.signers.filter(({ state }) => state === 'signing').slice(0, keysMax)
    remembered.delete(domain)
    if (remembered.size >= rememberedMax) remembered.clear()
    remembered.set(domain, { signers, untilMs: clock.now() + rememberedMs })
    return signers
  }
  const signersOf = async (domain: string): Promise<readonly Signer[]> => {
    const known = remembered.get(domain)
    return known !== undefined && known.untilMs > clock.now() ? known.signers : asked(domain)
  }
  /** Undefined where a key is gone. */
  const signedBy = async (domain: string, signers: readonly Signer[], message: Buffer): Promise<string | undefined> => {
    if (signers.length === 0) return ''
    const length = headerLength(message)
    const digest = bodyDigest()
    digest.update(message.subarray(length))
    const signing = dkimSignature({ domain, signers, header: message.subarray(0, length), bodyHash: digest.digest(), atMs: clock.now() })
    const signatures = signing.toSign.map(({ selector, bytes }) => ({ selector, bytes: bytes.toString('base64') }))
    const reply = await vault.ask('sign', { domain, signatures })
    if (reply.is === 'answered') return signing.fields(reply.answer.signatures)
    if (reply.refusal === 'noSuchKey') return undefined
    throw new Fault('vaultAway', `vault refused to sign: ${reply.refusal}`)
  }

  return {
    signs: async (domain) => (await signersOf(domain)).length > 0,
    async fieldsFor(domain, message) {
      const fields = (await signedBy(domain, await signersOf(domain), message)) ?? (await signedBy(domain, await asked(domain), message))
      return fields ?? ''
    },
  }
}

/** The domain itself or the nearest above it that signs: a signature of either is aligned (RFC 9989 section 3.2). */
export const nearestSigning = async (signer: DomainSigner, domain: string): Promise<string | undefined> => {
  const labels = domain.split('.')
  for (let at = 0; at < labels.length - 1; at += 1) {
    const candidate = labels.slice(at).join('.')
    if (await signer.signs(candidate)) return candidate
  }
  return undefined
}

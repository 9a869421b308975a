/** Which keys of the vault sign for a domain, remembered for a while. */
import type { Clock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Signer, VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { Door } from '@bulkhead/door/verbs.ts'

export type SigningVault = Pick<Door<Pick<VaultVerbs, 'sign' | 'signers'>>, 'ask'>

export interface KnownSigners {
  /** Those that sign now. Throws a `Fault` where the vault can't be asked. */
  of(domain: string): Promise<readonly Signer[]>
  /** Asked anew: a key that was remembered is gone. */
  anew(domain: string): Promise<readonly Signer[]>
}

const rememberedMs = 60_000
const rememberedMax = 10_000
/** RSA and Ed25519 side by side. */
const keysMax = 2

export const knownSigners = (vault: SigningVault, clock: Clock): KnownSigners => {
  const remembered = new Map<string, { readonly signers: readonly Signer[]; readonly untilMs: number }>()

  const anew = async (domain: string): Promise<readonly Signer[]> => {
    const reply = await vault.ask('signers', { domain })
    if (reply.is === 'refused') throw new Fault('vaultAway', `vault refused signers: ${reply.refusal}`)
    const signers = reply.answer.signers.filter(({ state }) => state === 'signing').slice(0, keysMax)
    remembered.delete(domain)
    if (remembered.size >= rememberedMax) remembered.clear()
    remembered.set(domain, { signers, untilMs: clock.now() + rememberedMs })
    return signers
  }
  return {
    anew,
    of: async (domain) => {
      const known = remembered.get(domain)
      return known !== undefined && known.untilMs > clock.now() ? known.signers : anew(domain)
    },
  }
}

/** The signatures, in the order asked; undefined where a key is gone. Throws a `Fault` where the vault is away or its budget spent. */
export const signatures = async (
  vault: SigningVault,
  domain: string,
  toSign: readonly { readonly selector: string; readonly bytes: Buffer }[],
): Promise<readonly string[] | undefined> => {
  const reply = await vault.ask('sign', { domain, signatures: toSign.map(({ selector, bytes }) => ({ selector, bytes: bytes.toString('base64') })) })
  if (reply.is === 'answered') return reply.answer.signatures
  if (reply.refusal === 'noSuchKey') return undefined
  throw new Fault('vaultAway', `vault refused to sign: ${reply.refusal}`)
}

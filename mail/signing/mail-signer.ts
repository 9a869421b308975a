/**
 * DKIM for what the cell sends (RFC 6376, 8463): signed with every key of the author's domain that is in use, through the vault. A
 * domain without a key is sent unsigned, and `watch` hears of it; a vault that is away is a fault, and the mail waits with its sender.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Signer, VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import { bodyDigest } from '@bulkhead/wire/mailauth/canonical-body.ts'
import { dkimSignature } from '@bulkhead/wire/mailauth/dkim-sign.ts'
import { signersMax } from '@bulkhead/wire/mailauth/signing.ts'
import { headerLength } from '@bulkhead/wire/mime/header.ts'

export interface MailSigner {
  /** DKIM-Signature fields to stand before `message`; empty where the domain has no key. */
  fields(domain: string, message: Buffer): Promise<string>
}

export interface SignerPorts {
  readonly vault: Pick<Door<VaultVerbs>, 'ask'>
  readonly clock: Clock
  tell(event: { readonly kind: string; readonly subject?: string; readonly outcome?: string }): void
}

/** How long a domain's keys are remembered: a new one signs within this, a retired one must stay in DNS longer. */
const rememberMs = 60_000
const domainsMax = 10_000
/** How often it is told that a domain has no key. */
const tellEveryMs = 3_600_000

interface Known {
  readonly untilMs: number
  readonly signers: readonly Signer[]
}

const overBudget = (verb: string): Fault => new Fault('overloaded', `vault budget for ${verb} is spent`)

export const mailSigner = ({ vault, clock, tell }: SignerPorts): MailSigner => {
  const known = new Map<string, Known>()
  const toldAtMs = new Map<string, number>()

  const signersOf = async (domain: string): Promise<readonly Signer[]> => {
    const before = known.get(domain)
    if (before !== undefined && before.untilMs > clock.now()) return before.signers
    const reply = await vault.ask('signers', { domain })
    if (reply.is === 'refused') throw overBudget('signers')
    const signers = reply.answer.signers.filter(({ state }) => state === 'signing').slice(0, signersMax)
    if (known.size >= domainsMax) known.clear()
    known.set(domain, { untilMs: clock.now() + rememberMs, signers })
    return signers
  }

  const tellUnsigned = (domain: string): void => {
    if ((toldAtMs.get(domain) ?? -tellEveryMs) + tellEveryMs > clock.now()) return
    if (toldAtMs.size >= domainsMax) toldAtMs.clear()
    toldAtMs.set(domain, clock.now())
    tell({ kind: 'submission.unsigned', subject: domain, outcome: 'noSuchKey' })
  }

  const signed = async (domain: string, message: Buffer): Promise<string | undefined> => {
    const signers = await signersOf(domain)
    if (signers.length === 0) return undefined
    const found = headerLength(message)
    const headerEnd = found < 0 ? message.length : found
    const digest = bodyDigest()
    digest.update(message.subarray(headerEnd))
    const header = message.subarray(0, headerEnd)
    const signing = dkimSignature({ domain, signers, header, bodyHash: digest.digest(), atMs: clock.now() })
    const signatures = signing.toSign.map(({ selector, bytes }) => ({ selector, bytes: bytes.toString('base64') }))
    const reply = await vault.ask('sign', { domain, signatures })
    if (reply.is === 'answered') return signing.fields(reply.answer.signatures)
    if (reply.refusal === 'overBudget') throw overBudget('sign')
    known.delete(domain)
    return undefined
  }

  return {
    async fields(domain, message) {
      // A key may have gone since it was asked for: then the others are asked for, once.
      const fields = (await signed(domain, message)) ?? (known.has(domain) ? undefined : await signed(domain, message))
      if (fields === undefined) tellUnsigned(domain)
      return fields ?? ''
    },
  }
}

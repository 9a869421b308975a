/** Making and changing a domain's keys through the vault. */
import { Fault } from '@bulkhead/base/fault.ts'
import type { Signer } from '@bulkhead/door/contracts/vault.ts'
import { keyRecordName, showsKey } from '@bulkhead/mail/dkim/key-record.ts'
import type { Desk } from '../desk.ts'
import { due, overtaken, pairName, type Due } from './schedule.ts'

type Parts = Pick<Desk, 'vault' | 'clock' | 'txt'>
type Refusal = 'overBudget' | 'tooMany' | 'exists'

export const signersOf = async ({ vault }: Parts, domain: string): Promise<readonly Signer[]> => {
  const reply = await vault.ask('signers', { domain })
  if (reply.is === 'refused') throw new Fault('overloaded', 'the vault answers no more questions for signers now')
  return reply.answer.signers
}

const kinds = [['rsa', 'rsa-sha256'], ['ed', 'ed25519-sha256']] as const

/**
 * An RSA and an Ed25519 key, to be published. A domain's first pair signs at once: a signature whose record is missing
 * counts as none (RFC 6376 section 6.1), and a key nobody switched on would be worse.
 */
export const newPair = async (parts: Parts, domain: string): Promise<Refusal | 'made'> => {
  const signers = await signersOf(parts, domain)
  const name = pairName(signers, parts.clock.now())
  for (const [kind, algorithm] of kinds) {
    const selector = `${name}-${kind}`
    const reply = await parts.vault.ask('newSigner', { domain, selector, algorithm })
    if (reply.is === 'refused') return reply.refusal
    if (signers.length === 0) await parts.vault.ask('changeSigner', { domain, selector, state: 'signing' })
  }
  return 'made'
}

const perform = async (parts: Parts, domain: string, step: Due): Promise<void> => {
  if (step.is === 'pair') await newPair(parts, domain)
  else await parts.vault.ask('changeSigner', { domain, selector: step.selector, state: step.to })
}

/** Retires what a key that signs now has overtaken. */
export const retireOvertaken = async (parts: Parts, domain: string): Promise<void> => {
  for (const step of overtaken(await signersOf(parts, domain))) await perform(parts, domain, step)
}

/** Whether DNS shows the key; undefined where nobody can say now. */
export const shownInDns = async ({ txt }: Parts, domain: string, signer: Signer): Promise<boolean | undefined> => {
  const records = await txt(keyRecordName(domain, signer.selector))
  return records?.some((record) => showsKey(record, signer))
}

/** What is due for one domain, done. */
export const tendDomain = async (parts: Parts, domain: string): Promise<void> => {
  const signers = await signersOf(parts, domain)
  const shown = new Set<string>()
  for (const signer of signers.filter(({ state }) => state === 'published')) {
    if ((await shownInDns(parts, domain, signer)) === true) shown.add(signer.selector)
  }
  const steps = due(signers, shown, parts.clock.now())
  for (const step of steps) await perform(parts, domain, step)
  if (shown.size > 0) await retireOvertaken(parts, domain)
}

/** Every key of a domain that is no longer ours. */
export const destroySigners = async (parts: Parts, domain: string): Promise<void> => {
  for (const { selector, state } of await signersOf(parts, domain)) {
    if (state === 'signing') await parts.vault.ask('changeSigner', { domain, selector, state: 'retired' })
    await parts.vault.ask('changeSigner', { domain, selector, state: 'destroyed' })
  }
}

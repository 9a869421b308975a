/** `changeSigner`: the life of a domain's key. What still signs can't be destroyed; what is destroyed is in no file any more. */
import { oneOf } from '@bulkhead/door/ask.ts'
import type { SignerState } from '@bulkhead/door/contracts/vault.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { domainOf, selectorOf } from '../ask.ts'
import type { VerbOf } from '../vault.ts'

const next = ['signing', 'retired', 'destroyed'] as const

const allowed: Readonly<Record<SignerState, readonly (typeof next)[number][]>> = {
  published: ['signing', 'destroyed'],
  signing: ['retired'],
  retired: ['signing', 'destroyed'],
}

export const changeSigner: VerbOf<'changeSigner'> = ({ table, clock, signingKeys }, ask) => {
  const domain = domainOf(ask)
  const selector = selectorOf(ask)
  const state = oneOf(ask, 'state', next)
  const now = table.signers.find(domain, selector)
  if (now === undefined) return refused('noSuchKey')
  if (!allowed[now.signer.state].includes(state)) return refused('badTransition')
  if (state === 'destroyed') table.signers.destroy(domain, selector)
  else table.signers.change(domain, selector, state, clock.now())
  signingKeys.forget(domain, selector)
  return answered({})
}

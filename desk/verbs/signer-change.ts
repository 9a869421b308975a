/** Begins to sign with a key, retires or destroys it, without waiting for the day it is due. */
import { oneOf, textOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import type { DeskVerb } from '../desk.ts'
import { ownDomainOf } from '../signers/own-domain.ts'
import { retireOvertaken } from '../signers/signers.ts'

const selectorLengthMax = 63
const selectorPattern = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/

export const signerChange: DeskVerb<'signerChange'> = async (desk, ask) => {
  const selector = textOf(ask, 'selector', selectorLengthMax)
  const state = oneOf(ask, 'state', ['signing', 'retired', 'destroyed'])
  const domain = await ownDomainOf(desk, ask)
  if (domain === undefined) return refused('noSuchDomain')
  if (!selectorPattern.test(selector)) return refused('noSuchKey')
  const reply = await desk.vault.ask('changeSigner', { domain, selector, state })
  if (reply.is === 'refused') return refused(reply.refusal === 'badTransition' ? 'badKeyChange' : reply.refusal)
  if (state === 'signing') await retireOvertaken(desk, domain)
  return answered({})
}

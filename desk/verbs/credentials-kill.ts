/** Every credential of an account, a brand or the ISP dies at once: one write in the vault, whatever their number. */
import { oneOf, textOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { lookUp } from '../accounts.ts'
import { brandOf } from '../ask.ts'
import { cutOff, cutOffAll } from '../cut-off.ts'
import type { Desk, DeskVerb } from '../desk.ts'

const ofLengthMax = 1_024

type Target =
  | { readonly is: 'target'; readonly of: string; readonly about?: AccountHandle }
  | { readonly is: 'refused'; readonly refusal: 'badAddress' | 'noSuchAccount' | 'overBudget' | 'noSuchBrand' }

const targetOf = async (desk: Desk, ask: Readonly<Record<string, unknown>>, scope: 'account' | 'set' | 'cell'): Promise<Target> => {
  if (scope === 'cell') return { is: 'target', of: textOf(ask, 'of', ofLengthMax) }
  if (scope === 'account') {
    const looked = await lookUp(desk, ask, 'of')
    return looked.is === 'refused' ? looked : { is: 'target', of: looked.line.account, about: looked.line.account }
  }
  const brand = brandOf(ask, 'of')
  const known = (await desk.directory.brands()).some((one) => one.brand === brand)
  return brand === undefined || !known ? { is: 'refused', refusal: 'noSuchBrand' } : { is: 'target', of: brand }
}

export const credentialsKill: DeskVerb<'credentialsKill'> = async (desk, ask) => {
  const scope = oneOf(ask, 'scope', ['account', 'set', 'cell'])
  const target = await targetOf(desk, ask, scope)
  if (target.is === 'refused') return target
  const { of, about } = target
  const noted = { why: scope, ...(about === undefined ? {} : { about }) }
  const raised = await desk.vault.ask('raiseEpoch', { scope, of })
  // Credentials are dead by now; this ends what is open on them.
  if (raised.is === 'answered') {
    await desk.directory.signOut(about === undefined ? { brand: scope === 'cell' ? '' : of } : { account: about })
    await (about === undefined ? cutOffAll(desk, scope === 'cell' ? null : of) : cutOff(desk, about))
  }
  return { ...(raised.is === 'refused' ? refused(raised.refusal) : answered({ epoch: raised.answer.epoch })), ...noted }
}

/** One more address that leads to an account. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { lookUp } from '../accounts.ts'
import { addressOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'
import { listIdentity } from '../identities.ts'

export const aliasAdd: DeskVerb<'aliasAdd'> = async (desk, ask) => {
  const alias = addressOf(ask, 'alias')
  if (alias === undefined) return refused('badAddress')
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account, brand, state } = looked.line
  if (state === 'cancelled') return refused('noSuchAccount')
  const sealed = await desk.vault.ask('enrol', { account, set: brand, credential: null, address: alias.address })
  if (sealed.is === 'refused') return refused(sealed.refusal)
  if (sealed.answer.address === null) return refused('noSuchAccount')
  const became = await desk.directory.addAlias(account, alias.domain, sealed.answer.address)
  if (became === 'added') await listIdentity(desk, account, Buffer.from(sealed.answer.address.index, 'base64'), alias.address)
  return { ...(became === 'added' ? answered({}) : refused(became)), about: account }
}

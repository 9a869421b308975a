/**
 * `unwrap`: gives the inner wrap of one credential row to whoever brings the verifier that is inside it. Unknown account,
 * destroyed account, foreign row and wrong verifier are one refusal; for the first two the decoy is opened instead.
 */
import { timingSafeEqual } from 'node:crypto'
import { base64 } from '@bulkhead/base/bytes.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { accountOf, flagOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import type { Credential, Epochs } from '@bulkhead/seal/rows.ts'
import { sealedRowOf, verifierOf } from '../ask.ts'
import type { HeldKeys } from '../key-table.ts'
import { epochsNow, opened, type Vault, type VerbOf } from '../vault.ts'

const openRow = (vault: Vault, account: AccountHandle, held: HeldKeys | undefined, sealed: Buffer): Credential | undefined => {
  if (held !== undefined) {
    return opened(vault, account, held, (key) => vault.rows.openCredential(key, account, sealed))
  }
  const { decoy, rows } = vault
  const keys = { wrapped: decoy.wrapped, previous: null }
  return opened(vault, decoy.account, keys, (key) => rows.openCredential(key, decoy.account, decoy.credential))
}

const same = (one: Epochs, other: Epochs): boolean =>
  one.account === other.account && one.set === other.set && one.cell === other.cell

export const unwrap: VerbOf<'unwrap'> = (vault, ask) => {
  const account = accountOf(ask)
  const sealed = sealedRowOf(ask, 'credential')
  const verifier = verifierOf(ask)
  const proof = flagOf(ask, 'proof')

  const held = vault.table.held(account)
  if (vault.attempts.spent(account, held)) return refused('overBudget')
  const credential = openRow(vault, account, held, sealed)
  const right = credential !== undefined && timingSafeEqual(credential.verifier, verifier)
  if (held === undefined || !right) {
    vault.attempts.wrong(account, verifier)
    return refused('wrong')
  }
  if (!same(credential.epochs, epochsNow(vault.table, held))) {
    if (!proof || held.permitUntilMs <= vault.clock.now()) return refused('stale')
    vault.table.permit(account, 0)
  }
  return answered({ innerWrap: base64(credential.innerWrap) })
}

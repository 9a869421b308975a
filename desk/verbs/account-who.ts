/**
 * Whose pseudonym it is that events, complaints and the queue show: found by making those of all accounts, since nothing
 * leads back. The address is shown for a reason only, within the vault's budget.
 */
import { base64 } from '@bulkhead/base/bytes.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { BadAsk, textOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import type { DirectoryLine } from '../accounts.ts'
import { reasonOf } from '../ask.ts'
import type { Desk, DeskVerb } from '../desk.ts'

const pageLines = 1_000
/** Pages looked through: more accounts than a cell has. */
const pagesMax = 10_000
const pseudonymPattern = /^p_[A-Za-z0-9_-]{1,40}$/

const lineOf = async ({ directory, pseudonym }: Desk, wanted: string): Promise<DirectoryLine | undefined> => {
  let after: AccountHandle | null = null
  for (let page = 0; page < pagesMax; page += 1) {
    const lines: readonly DirectoryLine[] = await directory.list(after, pageLines)
    const found = lines.find(({ account }) => pseudonym(account) === wanted)
    if (found !== undefined || lines.length < pageLines) return found
    after = lines.at(-1)?.account ?? null
  }
  return undefined
}

export const accountWho: DeskVerb<'accountWho'> = async (desk, ask) => {
  const wanted = textOf(ask, 'pseudonym', 64)
  const reason = reasonOf(ask)
  if (reason === '') throw new BadAsk('reason')
  const line = pseudonymPattern.test(wanted) ? await lineOf(desk, wanted) : undefined
  if (line === undefined) return refused('noSuchAccount')
  const { account, state, brand, sealedAddress } = line
  const opened = await desk.vault.ask('openAddress', { account, sealed: base64(sealedAddress), reason })
  if (opened.is === 'refused' && opened.refusal === 'overBudget') return refused('overBudget')
  return { ...answered({ account, state, brand, address: opened.is === 'answered' ? opened.answer.address : null }), about: account, why: reason }
}

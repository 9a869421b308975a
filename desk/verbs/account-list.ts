/** A page of accounts. Addresses are shown for a reason only, one by one, as far as the vault's budget goes. */
import { base64 } from '@bulkhead/base/bytes.ts'
import { accountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'
import { BadAsk, flagOf, textOf, wholeOf } from '@bulkhead/door/ask.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import { accountLine, type DirectoryLine } from '../accounts.ts'
import { reasonOf } from '../ask.ts'
import type { Desk, DeskVerb } from '../desk.ts'

const pageMax = 1_000

const afterOf = (ask: Readonly<Record<string, unknown>>): AccountHandle | null => {
  if (ask['after'] === null) return null
  const after = accountHandle(textOf(ask, 'after', 36))
  if (after === undefined) throw new BadAsk('after')
  return after
}

const openAddresses = async ({ vault }: Desk, lines: readonly DirectoryLine[], reason: string): Promise<ReadonlyMap<AccountHandle, string>> => {
  const shown = new Map<AccountHandle, string>()
  for (const { account, sealedAddress } of lines) {
    const reply = await vault.ask('openAddress', { account, sealed: base64(sealedAddress), reason })
    if (reply.is === 'answered') shown.set(account, reply.answer.address)
    else if (reply.refusal === 'overBudget') break
  }
  return shown
}

export const accountList: DeskVerb<'accountList'> = async (desk, ask) => {
  const after = afterOf(ask)
  const limit = wholeOf(ask, 'limit', 1, pageMax)
  const showAddresses = flagOf(ask, 'showAddresses')
  const reason = reasonOf(ask)
  if (showAddresses && reason === '') throw new BadAsk('reason')
  const lines = await desk.directory.list(after, limit)
  const usage = await desk.life.usage(lines.map(({ account }) => account))
  const shown = showAddresses ? await openAddresses(desk, lines, reason) : new Map<AccountHandle, string>()
  const accounts = lines.map((line) => accountLine(line, usage, shown.get(line.account) ?? null))
  const next = lines.length === limit ? (lines.at(-1)?.account ?? null) : null
  return { ...answered({ accounts, next }), ...(showAddresses ? { why: `${shown.size} addresses, ${reason}` } : {}) }
}

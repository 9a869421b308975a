/** From an address to the account behind it, and from the directory's rows to the lines people see. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { AccountLine } from '@bulkhead/door/contracts/desk.ts'
import { addressOf } from './ask.ts'
import type { Desk } from './desk.ts'

export type DirectoryLine = NonNullable<Awaited<ReturnType<Desk['directory']['find']>>>

export type Looked =
  | { readonly is: 'found'; readonly line: DirectoryLine; readonly address: string }
  | { readonly is: 'refused'; readonly refusal: 'badAddress' | 'noSuchAccount' | 'overBudget' }

/** Undefined where the vault's budget for indexes is spent. */
export const indexOf = async ({ vault }: Pick<Desk, 'vault'>, address: string): Promise<Buffer | undefined> => {
  const reply = await vault.ask('index', { address })
  return reply.is === 'refused' ? undefined : Buffer.from(reply.answer.index, 'base64')
}

export const lookUp = async (desk: Desk, ask: Readonly<Record<string, unknown>>, name = 'address'): Promise<Looked> => {
  const typed = addressOf(ask, name)
  if (typed === undefined) return { is: 'refused', refusal: 'badAddress' }
  const index = await indexOf(desk, typed.address)
  if (index === undefined) return { is: 'refused', refusal: 'overBudget' }
  const line = await desk.directory.find(index)
  if (line === undefined) return { is: 'refused', refusal: 'noSuchAccount' }
  return { is: 'found', line, address: typed.address }
}

type Usage = Awaited<ReturnType<Desk['life']['usage']>>

export const accountLine = ({ sealedAddress: _, ...line }: DirectoryLine, usage: Usage, address: string | null): AccountLine => {
  const { usedBytes = 0, messages = 0, quotaBytes = null, quotaMessages = null } = usage.get(line.account) ?? {}
  return { ...line, usedBytes, messages, quotaBytes, quotaMessages, address }
}

/** What an account that never came to be, or is no more, left behind. */
export const removeTraces = async ({ life, blobs }: Pick<Desk, 'life' | 'blobs'>, account: AccountHandle): Promise<void> => {
  await life.removeJournal(account)
  await blobs.removeAll(account)
}

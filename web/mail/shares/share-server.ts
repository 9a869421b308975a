/** What the sheet asks of the server (`MailboxShare`, of ours), and what its refusals are in words. */
import { accountId, loadResource } from '../jmap/account.ts'
import { call } from '../jmap/client.ts'
import { errorType } from '../jmap/errors.ts'
import type { GetAnswer, Id, SetAnswer, SetError } from '../jmap/types.ts'
import { loadShares, type Share } from '../store/shares.ts'
import { sheetWords } from './sheet-words.ts'

/** Letters of RFC 4314, by address. */
export type Members = Readonly<Record<string, string>>

export const membersOf = async ({ accountId: id, mailbox }: Share): Promise<Members> => {
  const { list } = await call<GetAnswer<{ readonly members: Members }>>('MailboxShare/get', { accountId: id, ids: [mailbox.id], properties: ['members'] })
  return list[0]?.members ?? {}
}

const refusalOf = (error: SetError | undefined): string => {
  const text = sheetWords()
  if (error?.type === 'overQuota') return text.tooMany
  if (error?.type === 'forbidden' || error?.type === 'notFound') return text.notYours
  if (error?.properties?.includes('members') === true) return text.noSuchMember
  return error?.properties?.includes('name') === true ? text.nameTaken : text.failed
}

const failure = (error: unknown): string => (errorType(error) === 'unreachable' ? sheetWords().unreachable : sheetWords().failed)

/** `rights`: null takes the mailbox away from them. Gives why it is not done, in words. */
export const setMember = async ({ accountId: id, mailbox }: Share, address: string, rights: string | null): Promise<string | undefined> => {
  try {
    const { notUpdated } = await call<SetAnswer>('MailboxShare/set', { accountId: id, update: { [mailbox.id]: { members: { [address]: rights } } } })
    return notUpdated === null ? undefined : refusalOf(notUpdated[mailbox.id])
  } catch (error) {
    return failure(error)
  }
}

/** Makes a shared mailbox, which is known when this resolves to its account; else says why not. */
export const makeShare = async (name: string): Promise<{ readonly accountId: Id } | { readonly refused: string }> => {
  try {
    const asked = { accountId: accountId(), create: { share: { name } } }
    const { created, notCreated } = await call<SetAnswer<{ readonly accountId: Id }>>('MailboxShare/set', asked)
    const made = created?.['share']
    if (made === undefined) return { refused: refusalOf(notCreated?.['share']) }
    await loadResource()
    await loadShares()
    return { accountId: made.accountId }
  } catch (error) {
    return { refused: failure(error) }
  }
}

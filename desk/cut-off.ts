/** Mailrooms hear at once of what ends sessions: else mail programs that are in stay, since nothing asks them for their credential again. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Desk } from './desk.ts'

/** A mailroom that can't be told has no sessions any more, or is about to lose them; what was decided stands without it. */
const tellAll = async (told: readonly Promise<unknown>[]): Promise<void> => {
  await Promise.allSettled(told)
}

/** `previous`: names the row that went, by which a pass may be on its way. */
export const cutOffByPassword = ({ mailrooms }: Pick<Desk, 'mailrooms'>, account: AccountHandle, previous: string): Promise<void> =>
  tellAll(mailrooms.map((mailroom) => mailroom.ask('passwordChanged', { account, credential: previous })))

/** Suspended, or their credentials are dead. */
const shut = ({ mailrooms }: Pick<Desk, 'mailrooms'>, accounts: readonly AccountHandle[]): Promise<void> =>
  tellAll(accounts.length === 0 ? [] : mailrooms.map((mailroom) => mailroom.ask('accountsShut', { accounts })))

export const cutOff = (desk: Pick<Desk, 'mailrooms'>, account: AccountHandle): Promise<void> => shut(desk, [account])

/** Accounts read, and named to mailrooms, at once. */
const pageMax = 1_000

/** All of a brand; null: all of the ISP. */
export const cutOffAll = async (desk: Pick<Desk, 'mailrooms' | 'directory'>, brand: string | null): Promise<void> => {
  for (let after: AccountHandle | null = null; ;) {
    const lines: Awaited<ReturnType<Desk['directory']['list']>> = await desk.directory.list(after, pageMax)
    await shut(desk, lines.filter((line) => brand === null || line.brand === brand).map(({ account }) => account))
    const last = lines.at(-1)
    if (last === undefined || lines.length < pageMax) return
    after = last.account
  }
}

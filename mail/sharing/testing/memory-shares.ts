/** Memberships and journals of shares in memory, as the databases keep them. */
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { AccountLife } from '../../ports/directory.ts'
import { sharesMadeMax, sharesPerAccountMax, type Candidate, type HeldShare, type ShareDirectory, type ShareJournals } from '../../ports/share-directory.ts'

export const memoryShares = (life: AccountLife) => {
  const shares = new Map<AccountHandle, AccountHandle>()
  const members: { account: AccountHandle; held: HeldShare }[] = []
  const known = new Map<string, Candidate & { readonly brand: string }>()
  const of = (account: AccountHandle) => members.filter((member) => member.account === account)
  const drop = (gone: (member: { account: AccountHandle; held: HeldShare }) => boolean): void => {
    const kept = members.filter((member) => !gone(member))
    members.splice(0, members.length, ...kept)
  }
  const brandOf = (account: AccountHandle) => [...known.values()].find((one) => one.account === account)?.brand
  let fails = false
  const directory: ShareDirectory = {
    sharesOf: async (account) => of(account).map(({ held }) => held),
    async candidate(asking, index) {
      const found = known.get(Buffer.from(index).toString())
      return found !== undefined && found.brand === brandOf(asking) ? found : undefined
    },
    async make(maker, held) {
      if ([...shares.values()].filter((one) => one === maker).length >= sharesMadeMax || of(maker).length >= sharesPerAccountMax) return 'tooMany'
      shares.set(held.share, maker)
      members.push({ account: maker, held })
      return 'made'
    },
    async addMember(account, held) {
      if (of(account).length >= sharesPerAccountMax) return 'tooMany'
      drop((member) => member.account === account && member.held.share === held.share)
      members.push({ account, held })
      return 'added'
    },
    async removeMember(share, account) {
      drop((member) => member.account === account && member.held.share === share)
    },
    async remove(share) {
      if (fails) {
        fails = false
        throw new Fault('databaseAway', 'as the test wants it')
      }
      shares.delete(share)
      drop((member) => member.held.share === share)
    },
  }
  const journals: ShareJournals = {
    async open(share, { bytes, messages }) {
      await life.openJournal(share, bytes)
      await life.setMessageQuota(share, messages)
    },
    remove: (share) => life.removeJournal(share),
  }
  const failsNext = (): void => {
    fails = true
  }
  return { directory, journals, members, failsNext, know: (address: string, brand: string, one: Candidate) => void known.set(address, { ...one, brand }) }
}

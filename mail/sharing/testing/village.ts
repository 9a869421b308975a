/** Some accounts of one mailroom over one store in memory, who may share. */
import { manualClock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { newAccountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import type { KeyPair } from '@bulkhead/seal/sealing.ts'
import { messageBytesMax } from '../../account/testing/given.ts'
import { openAccounts } from '../../account/open-accounts.ts'
import { memoryStore } from '../../journal/memory-store.ts'
import type { JournalStore } from '../../ports/journal-store.ts'
import { sharing } from '../sharing.ts'
import { memoryShares } from './memory-shares.ts'

export const village = () => {
  const { journal: kept, blobs, life } = memoryStore()
  const sickness = { appendsLeft: Infinity }
  const journal: JournalStore = {
    ...kept,
    append(one) {
      if (sickness.appendsLeft < 1) return Promise.reject(new Fault('databaseAway', 'as the test wants it'))
      sickness.appendsLeft -= 1
      return kept.append(one)
    },
  }
  const clock = manualClock(1_700_000_000_000)
  const shares = memoryShares(life)
  const people = new Map<string, { readonly account: AccountHandle; readonly keys: KeyPair }>()
  const lookups: string[] = []
  const woken: AccountHandle[] = []
  /** A mailroom of its own over the common store. */
  const mailroom = () => {
    const accounts = openAccounts({ store: journal, blobs, sealing: realSealing, clock, log: silentLog, messageBytesMax })
    const rooms = sharing({
      accounts, directory: shares.directory, journals: shares.journals, sealing: realSealing, clock, log: silentLog,
      wakeParked: (members) => woken.push(...members),
      async indexOf(address) {
        lookups.push(address)
        return Buffer.from(address)
      },
    })
    const login = async (address: string) => {
      const person = people.get(address)
      if (person === undefined) throw new Error(address)
      return rooms.acquire(person.account, secret(Buffer.from(person.keys.privateKey.declassify())), address)
    }
    return { login, accounts }
  }
  const settle = async (address: string, brand = 'one', quotaBytes: number | null = null) => {
    const keys = realSealing.newKeyPair()
    const account = newAccountHandle()
    await life.openJournal(account, quotaBytes)
    shares.know(address, brand, { account, publicKey: keys.publicKey })
    people.set(address, { account, keys })
  }
  return { journal, sickness, clock, shares, people, lookups, woken, mailroom, settle }
}

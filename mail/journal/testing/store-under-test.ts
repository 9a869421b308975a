/** What the tests of stores are made of. */
import type { BlobStore } from '../../ports/blob-store.ts'
import type { AccountLife } from '../../ports/directory.ts'
import type { Append, JournalStore, NewMessage, StoredBody } from '../../ports/journal-store.ts'
import { newAccountHandle, newMessageId, type AccountHandle, type ModSeq } from '@bulkhead/base/ids.ts'
import { randomBytes } from 'node:crypto'

export interface StoreUnderTest {
  readonly journal: JournalStore
  readonly blobs: BlobStore
  readonly life: AccountLife
  /** To what was doomed until now. */
  anHourPasses(): Promise<void>
}

export type Given = () => Promise<StoreUnderTest>

export type Holds = () => Promise<void>

export type Claim = (name: string, holds: Holds) => void

export const row = (bytes = 'sealed body'): StoredBody => ({ in: 'row', sealed: Buffer.from(bytes) })

export const message = (body: StoredBody = row(), sizeBytes = 11): NewMessage =>
  ({ message: newMessageId(), sizeBytes, index: randomBytes(20), body })

export const contentKey = () => ({ keyId: randomBytes(16), sealed: randomBytes(80) })

export const appendOf = (account: AccountHandle, given: Partial<Append> = {}): Append => ({
  account,
  events: [Buffer.from('event')],
  messages: [],
  contentKeys: [],
  addsBytes: 0,
  addsMessages: 0,
  expectedHead: null,
  arrivalDigest: null,
  keepDigest: false,
  ...given,
})

export const seq = (number: number): ModSeq => number as ModSeq

export const opened = async (given: Given, quotaBytes: number | null = null) => {
  const store = await given()
  const account = newAccountHandle()
  await store.life.openJournal(account, quotaBytes)
  return { ...store, account }
}

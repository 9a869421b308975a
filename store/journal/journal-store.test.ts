/** The contract of journals and blobs, on every PostgreSQL there is and a directory, with the rights of real processes. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe } from 'node:test'
import { assert } from '@bulkhead/base/assert.ts'
import { doomedUntilNamed } from '@bulkhead/mail/journal/doomed-until-named.ts'
import { storeContract } from '@bulkhead/mail/journal/store-contract.ts'
import type { StoreUnderTest } from '@bulkhead/mail/journal/testing/store-under-test.ts'
import { asOwner, provisionTestCell } from '@bulkhead/test/postgres/cell.ts'
import { startTestPostgres, testServers, type TestPostgres } from '@bulkhead/test/postgres/harness.ts'
import { directoryBlobs } from '../blobs/directory-blobs.ts'
import { accountLife } from '../directory/account-life.ts'
import { sql } from '../sql/sql.ts'
import { openJournalStore } from './journal-store.ts'

const contractStore = async (server: TestPostgres): Promise<StoreUnderTest & AsyncDisposable> => {
  const { urls, open } = await provisionTestCell(server)
  assert(urls.intake.mail !== undefined && urls.mailroom.mail !== undefined, 'both have the mail database')
  const root = join(server.directory, 'blobs')
  mkdirSync(root)
  const files = directoryBlobs(root)
  const intake = openJournalStore({ url: urls.intake.mail, blobs: files, prunesArrivals: true })
  const mailroom = openJournalStore({ url: urls.mailroom.mail, blobs: files, prunesArrivals: false })
  const desk = open('desk', 'mail')
  const owner = asOwner(server, urls.mailroom.mail)
  return {
    journal: { ...mailroom, append: intake.append, acknowledged: intake.acknowledged },
    blobs: doomedUntilNamed(files, intake),
    life: accountLife(desk, files),
    anHourPasses: () => owner.run(sql`update kept.doomed_blob set since = since - interval '61 minutes' where since > '-infinity'`),
    async [Symbol.asyncDispose]() {
      for (const each of [intake, mailroom, desk, owner]) await each[Symbol.asyncDispose]()
    },
  }
}

for (const server of testServers()) {
  describe(`on ${server.name}`, () => {
    let running: TestPostgres | undefined
    let store: (StoreUnderTest & AsyncDisposable) | undefined
    before(async () => {
      running = await startTestPostgres(server)
      store = await contractStore(running)
    })
    after(async () => {
      await store?.[Symbol.asyncDispose]()
      await running?.[Symbol.asyncDispose]()
    })
    storeContract(async () => {
      assert(store !== undefined, 'the store is open')
      return store
    })
  })
}

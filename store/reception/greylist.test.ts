/** The contract of greylisting's memory, on every PostgreSQL there is, with intake's rights. */
import { after, before, describe, test } from 'node:test'
import { assert } from '@bulkhead/base/assert.ts'
import { greylistContract } from '@bulkhead/mail/ports/greylist-contract.ts'
import { provisionTestCell } from '@bulkhead/test/postgres/cell.ts'
import { startTestPostgres, testServers, type TestPostgres } from '@bulkhead/test/postgres/harness.ts'
import type { Database } from '../sql/database.ts'
import { storedGreylist } from './greylist.ts'

for (const server of testServers()) {
  describe(`on ${server.name}`, () => {
    let running: TestPostgres | undefined
    let database: (Database & AsyncDisposable) | undefined
    before(async () => {
      running = await startTestPostgres(server)
      database = (await provisionTestCell(running)).open('intake', 'mail')
    })
    after(async () => {
      await database?.[Symbol.asyncDispose]()
      await running?.[Symbol.asyncDispose]()
    })
    for (const [claim, holds] of Object.entries(greylistContract)) {
      test(`stored greylist: ${claim}`, () => {
        assert(database !== undefined, 'a database')
        return holds(storedGreylist(database))
      })
    }
    test('what is over is forgotten, and nothing else is asked for', async () => {
      assert(database !== undefined, 'a database')
      await storedGreylist(database).prune()
    })
  })
}

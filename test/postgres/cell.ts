/** A provisioned cell for tests of the store: its URLs, and a handle on any of its databases. */
import { randomBytes } from 'node:crypto'
import { assert } from '@bulkhead/base/assert.ts'
import { isCellId } from '@bulkhead/base/ids.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { provision, type CellUrls } from '@bulkhead/store/provision.ts'
import { type DatabaseKind, type DatabaseUser } from '@bulkhead/store/rights.ts'
import { openDatabase, type Database } from '@bulkhead/store/sql/database.ts'
import type { TestPostgres } from './harness.ts'

export interface TestCell {
  readonly urls: CellUrls
  open(user: DatabaseUser, kind: DatabaseKind, sessionsMax?: number): Database
}

export const testPasswords = (): Readonly<Record<DatabaseUser, Secret<string>>> => {
  const fresh = () => secret(randomBytes(12).toString('base64url'))
  return { intake: fresh(), warden: fresh(), mailroom: fresh(), courier: fresh(), desk: fresh() }
}

export const provisionTestCell = async (server: TestPostgres, name = 'north-isp'): Promise<TestCell> => {
  assert(isCellId(name), 'a cell id')
  const urls = await provision({ adminUrl: server.adminUrl, cell: name, passwords: testPasswords() })
  return {
    urls,
    open(user, kind, sessionsMax = 4) {
      const url = urls[user][kind]
      assert(url !== undefined, `${user} has no ${kind} database`)
      return openDatabase({ url, name: `test ${user}`, sessionsMax })
    },
  }
}


/** A provisioned cell for tests of the store: its URLs, and a handle on any of its databases. */
import { randomBytes } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { assert } from '@bulkhead/base/assert.ts'
import { isCellId } from '@bulkhead/base/ids.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { provision, type CellUrls } from '@bulkhead/store/provision.ts'
import { type DatabaseKind, type DatabaseUser } from '@bulkhead/store/rights.ts'
import { openDatabase, type Database } from '@bulkhead/store/sql/database.ts'
import { startTestPostgres, testServers, type TestPostgres } from './harness.ts'

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

/** The database behind this URL, with every right. */
export const asOwner = (server: TestPostgres, url: Secret<string>): Database => {
  const name = /\/([^/?]+)\?/.exec(url.declassify())?.[1]
  assert(name !== undefined, 'a URL names its database')
  return openDatabase({ url: secret(server.adminUrl.declassify().replace('/postgres?', `/${name}?`)), name: 'test owner', sessionsMax: 1 })
}

/** Runs a suite against each server there is, each with a fresh cell. */
export const onEveryServer = (claim: string, suite: (t: TestContext, cell: TestCell, server: TestPostgres) => Promise<void>): void => {
  for (const server of testServers()) {
    test(`${claim}, on ${server.name}`, { timeout: 120_000 }, async (t) => {
      await using running = await startTestPostgres(server)
      await suite(t, await provisionTestCell(running), running)
    })
  }
}

/** Bytes that stand for something sealed. */
export const sealedBytes = (length: number): Buffer => randomBytes(length)

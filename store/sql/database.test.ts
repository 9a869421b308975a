import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault, describeError } from '@bulkhead/base/fault.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { startTestPostgres } from '@bulkhead/test/postgres/harness.ts'
import { bigInt8, bool, bytea, int4, int8, only, orNull, row, text, timestamp, uuid } from './columns.ts'
import { openDatabase } from './database.ts'
import { StatementFault } from './fault.ts'
import { byteaArray, int8Array, textArray, uuidArray } from './parameters.ts'
import { sql } from './sql.ts'

const isFault = (code: string) => (error: unknown): boolean => error instanceof Fault && error.code === code

test('a database handle', { timeout: 60_000 }, async (t) => {
  await using server = await startTestPostgres()
  await using database = openDatabase({ url: server.adminUrl, name: 'test', sessionsMax: 3 })

  await t.test('carries any bytes there and back', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
      assert.deepEqual(await database.one(only(bytea), sql`select ${bytes}::bytea`), Buffer.from(bytes))
    }), { numRuns: 50 })
    const large = randomBytes(9_000_000)
    assert.ok((await database.one(only(bytea), sql`select ${large}::bytea`)).equals(large))
  })

  await t.test('carries arrays of bytes, nulls and empty ones among them', async () => {
    const bytesOrNull = fc.option(fc.uint8Array({ maxLength: 50 }), { nil: null })
    const parse = only(orNull(bytea))
    await fc.assert(fc.asyncProperty(fc.array(bytesOrNull, { maxLength: 20 }), async (values) => {
      const back = await database.many(parse, sql`select v from unnest(${byteaArray(values)}::bytea[]) with ordinality as u (v, n) order by n`)
      assert.deepEqual(back, values.map((value) => (value === null ? null : Buffer.from(value))))
    }), { numRuns: 50 })
    assert.deepEqual(await database.many(only(orNull(text)), sql`select unnest(${textArray(['ä', null, ''])}::text[])`), ['ä', null, ''])
    assert.deepEqual(await database.many(only(int8), sql`select unnest(${int8Array([-1, 0, 9_007_199_254_740_991])}::int8[])`), [-1, 0, 9_007_199_254_740_991])
    const ids = ['00000000-0000-4000-8000-0000000000ff']
    assert.deepEqual(await database.many(only(uuid), sql`select unnest(${uuidArray(ids)}::uuid[])`), ids)
  })

  await t.test('reads each kind of column', async () => {
    const kinds = row({ small: int4, whole: int8, big: bigInt8, yes: bool, word: text, nothing: orNull(text), moment: timestamp })
    const found = await database.one(kinds, sql`
      select -5::int4, -6::int8, 9223372036854775807::int8, true, 'ü', null::text, '2026-11-21T01:02:03.456Z'::timestamptz`)
    assert.deepEqual(found, { small: -5, whole: -6, big: 9_223_372_036_854_775_807n, yes: true, word: 'ü', nothing: null, moment: '2026-11-21T01:02:03.456Z' })
  })

  await t.test('does a burst whole or not at all', async () => {
    await database.run(sql`create table once (n int primary key)`)
    await database.burst([sql`insert into once values (1)`, sql`insert into once values (2)`])
    await assert.rejects(database.burst([sql`insert into once values (3)`, sql`insert into once values (1)`, sql`insert into once values (4)`]), StatementFault)
    assert.deepEqual(await database.many(only(int4), sql`select n from once order by n`), [1, 2])
  })

  await t.test('tells no value in a fault', async () => {
    const told = await database.run(sql`select ${'super-secret-value'}::int`).then(() => '', (error: unknown) => JSON.stringify(describeError(error)))
    assert.match(told, /22P02/)
    assert.doesNotMatch(told, /super-secret/)
  })

  await t.test('shares few sessions among many questions', async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => database.one(only(int4), sql`select ${i}::int4`)))
    assert.deepEqual(answers, Array.from({ length: 300 }, (_, i) => i))
    const sessions = await database.one(only(int8), sql`select count(*) from pg_stat_activity where application_name = 'test'`)
    assert.ok(sessions <= 3)
  })

  await t.test('faults as databaseAway while the server is down and answers again once it is back', async () => {
    const slow = database.run(sql`select pg_sleep(20)`)
    slow.catch(() => undefined)
    await sleep(50)
    await server.kill()
    await assert.rejects(slow, isFault('databaseAway'))
    await assert.rejects(database.run(sql`select 1`), isFault('databaseAway'))
    await server.restart()
    await sleep(250)
    assert.equal(await database.one(only(int4), sql`select 7`), 7)
  })

  await t.test('says misconfigured for a wrong password', async () => {
    await using wrong = openDatabase({ url: secret(server.adminUrl.declassify().replace(/:[^:@/]+@/, ':wrong@')), name: 'wrong', sessionsMax: 1 })
    await assert.rejects(wrong.run(sql`select 1`), isFault('misconfigured'))
  })
})

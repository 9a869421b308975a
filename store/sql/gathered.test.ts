import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '@bulkhead/base/fault.ts'
import type { RawRow } from './columns.ts'
import { StatementFault } from './fault.ts'
import { gathered } from './gathered.ts'
import { sql, type Statement } from './sql.ts'

/** A database whose bursts are answered by hand; the rows of a statement are its number of parameters. */
const byHand = () => {
  const bursts: { readonly statements: readonly Statement[]; readonly answer: PromiseWithResolvers<readonly (readonly RawRow[])[]> }[] = []
  return {
    bursts,
    burst(statements: readonly Statement[]) {
      const answer = Promise.withResolvers<readonly (readonly RawRow[])[]>()
      bursts.push({ statements, answer })
      return answer.promise
    },
  }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))
const none: readonly (readonly RawRow[])[] = [[], [], []]

test('questions of one turn are one burst, the same one asked once; what comes meanwhile goes with a later burst', async () => {
  const database = byHand()
  const ask = gathered(database)
  const first = [ask('a', sql`select ${1}`), ask('b', sql`select ${2}`), ask('a', sql`select ${1}`)]
  await turn()
  assert.deepEqual(database.bursts.map(({ statements }) => statements.length), [2])
  const second = ask('a', sql`select ${1}`)
  await turn()
  const third = [ask('a', sql`select ${1}`), ask('c', sql`select ${3}`)]
  await turn()
  assert.deepEqual(database.bursts.map(({ statements }) => statements.length), [2, 1])
  database.bursts[0]?.answer.resolve(none)
  await Promise.all(first)
  await turn()
  assert.deepEqual(database.bursts.map(({ statements }) => statements.length), [2, 1, 2])
  for (const { answer } of database.bursts) answer.resolve(none)
  await Promise.all([second, ...third])
})

test('different questions that have the same name are answered each by its own rows', async () => {
  const rowOf = (text: string): RawRow => [Buffer.from(text)]
  const ask = gathered({ burst: async (statements) => statements.map(({ text }) => [rowOf(text)]) })
  const answers = await Promise.all([ask('standing of a', sql`select held`), ask('standing of a', sql`select devices`)])
  assert.deepEqual(answers, [[rowOf('select held')], [rowOf('select devices')]])
})

test('a question that fails fails alone; a server that is away fails all', async () => {
  const bad = new StatementFault('corrupt', 'of one')
  const ask = gathered({
    burst: async (statements) => {
      if (statements.some(({ text }) => text.includes('bad'))) throw bad
      if (statements.some(({ text }) => text.includes('away'))) throw new Fault('databaseAway', 'gone')
      return statements.map(() => [])
    },
  })
  const outcomes = await Promise.allSettled([ask('a', sql`select good`), ask('b', sql`select bad`)])
  assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'rejected'])
  await assert.rejects(Promise.all([ask('a', sql`select good`), ask('c', sql`select away`)]), { code: 'databaseAway' })
})

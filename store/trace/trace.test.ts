import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { secret } from '@bulkhead/base/secret.ts'
import { onEveryServer, sealedBytes } from '@bulkhead/test/postgres/cell.ts'
import { openDatabase } from '../sql/database.ts'
import { only, text } from '../sql/columns.ts'
import { sql } from '../sql/sql.ts'
import { traceReader } from './trace-reader.ts'
import { traceWriter, turnTrace } from './trace-writer.ts'

const dayMs = 86_400_000
const always = [0, Number.MAX_SAFE_INTEGER] as const

onEveryServer('the trace', async (t, cell, server) => {
  await using intake = cell.open('intake', 'queue')
  await using courier = cell.open('courier', 'queue')
  await using desk = cell.open('desk', 'queue')
  const writer = traceWriter(intake)
  const reader = traceReader(desk)
  const note = (message: string, keys: readonly bigint[], atMs = Date.now()) => ({ atMs, message, keys, sealed: sealedBytes(200) })

  await t.test('is empty, also before its first day', async () => {
    assert.deepEqual(await reader.find([1n], ...always, 10), [])
    await writer.add([])
  })

  await t.test('finds messages by any key of any note, the latest first, and shows all of their notes in order', async () => {
    const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()]
    const now = Date.now()
    const notes = [note(one, [7n, -9n], now - 3_000), note(two, [7n], now - 2_000), note(one, [], now - 1_000), note(three, [8n], now - 500)]
    await writer.add(notes)
    assert.deepEqual(await reader.find([7n], ...always, 10), [two, one])
    assert.deepEqual(await reader.find([-9n, 8n], ...always, 10), [three, one])
    assert.deepEqual(await reader.find([-9n, 8n], ...always, 1), [three])
    assert.deepEqual(await reader.find([], ...always, 10), [three, one, two])
    assert.deepEqual(await reader.find([7n], now - 2_500, now, 10), [two])
    assert.deepEqual((await reader.notesOf([one], 10)).map(({ atMs, sealed }) => [atMs, sealed]), [[notes[0]?.atMs, notes[0]?.sealed], [notes[2]?.atMs, notes[2]?.sealed]])
  })

  await t.test('keeps what comes from a clock that is wrong, at a moment that can be', async () => {
    const [past, future] = [randomUUID(), randomUUID()]
    await writer.add([note(past, [], 5), note(future, [], Date.now() + 400 * dayMs)])
    const moments = (await reader.notesOf([past, future], 10)).map(({ atMs }) => Math.abs(atMs - Date.now()) < 2 * 3_600_000)
    assert.deepEqual(moments, [true, true])
  })

  await t.test('takes notes from several processes at once on the first moment of a day', async () => {
    const messages = Array.from({ length: 8 }, () => randomUUID())
    await Promise.all(messages.map((message, at) => traceWriter(at % 2 === 0 ? intake : courier).add([note(message, [99n])])))
    assert.equal((await reader.find([99n], ...always, 20)).length, 8)
  })

  await t.test('drops whole days that are over', async () => {
    const name = /\/([^/?]+)\?/.exec(cell.urls.desk.queue?.declassify() ?? '')?.[1] ?? ''
    await using admin = openDatabase({ url: secret(server.adminUrl.declassify().replace('/postgres?', `/${name}?`)), name: 'test', sessionsMax: 1 })
    const old = Math.floor(Date.now() / dayMs) - 92
    const days = () => admin.many(only(text), sql`select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'kept.trace'::regclass`)
    await admin.run({ name: 'make', text: `create table kept.trace_${old} partition of kept.trace for values from (${old * dayMs}) to (${(old + 1) * dayMs})`, parameters: [] })
    await admin.run({ name: 'own', text: `alter table kept.trace_${old} owner to "bh_${name.replace(/_queue$/, '')}_owner"`, parameters: [] })
    assert.ok((await days()).includes(`trace_${old}`))
    await turnTrace(courier)
    assert.equal((await days()).includes(`trace_${old}`), false)
  })
})

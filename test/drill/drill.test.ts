import assert from 'node:assert/strict'
import { test } from 'node:test'
import { portBases } from '../ports.ts'
import { drill, leaks } from './drill.ts'

const say = (): void => undefined

test('a thief finds no address, no password to test, no mail, nothing of the webmail; who captures a process only what is its own', { timeout: 900_000 }, async () => {
  const result = await drill({ portBases: portBases['test/drill/drill'], say })
  for (const { row, bytes } of result.rows) assert.ok(bytes > 10_000 || row === 'P3 one database role', `${row}: the thief took almost nothing`)
  assert.deepEqual(leaks(result), [])
})

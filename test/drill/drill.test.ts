import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drill, mustSee } from './drill.ts'
import { unsealedProgram } from './image.ts'

const quiet = (): void => undefined

test('a thief of one ISP finds no address, no testable password and no mail', { timeout: 300_000 }, async () => {
  for (const { row, bytes, finds } of await drill({ portBase: 15_000, say: quiet })) {
    assert.ok(bytes > 10_000 || row === 'P3 one database role', `${row}: the thief took almost nothing`)
    assert.deepEqual(finds, [], row)
  }
})

test('the same drill against the image that does not seal finds everything', { timeout: 300_000 }, async () => {
  const rows = await drill({ portBase: 15_000, program: unsealedProgram, say: quiet })
  assert.deepEqual(mustSee(rows), [])
})

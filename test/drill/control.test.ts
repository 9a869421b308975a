import assert from 'node:assert/strict'
import { test } from 'node:test'
import { portBases } from '../ports.ts'
import { drill, mustSee } from './drill.ts'
import { unsealedProgram } from './image.ts'

const say = (): void => undefined

test('the same drill against the image that does not seal finds everything', { timeout: 900_000 }, async () => {
  assert.deepEqual(mustSee(await drill({ portBases: portBases['test/drill/control'], program: unsealedProgram, say })), [])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { turns } from './turns.ts'

test('no more at once than may be, in the order they came, whatever becomes of each', async () => {
  const turn = turns(2)
  const begun: number[] = []
  const ends: ((fails: boolean) => void)[] = []
  const works = Array.from({ length: 5 }, (_, number) => turn(() => new Promise<number>((resolve, reject) => {
    begun.push(number)
    ends[number] = (fails) => (fails ? reject(new Error(`${number}`)) : resolve(number))
  })))
  const settled = Promise.allSettled(works)
  const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(begun, [0, 1])
  ends[1]?.(true)
  await soon()
  assert.deepEqual(begun, [0, 1, 2])
  ends[0]?.(false)
  ends[2]?.(false)
  await soon()
  assert.deepEqual(begun, [0, 1, 2, 3, 4])
  ends[3]?.(true)
  ends[4]?.(false)
  assert.deepEqual((await settled).map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'])
  assert.equal(await turn(async () => 'free again'), 'free again')
})

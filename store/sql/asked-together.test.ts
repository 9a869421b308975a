import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedTogether } from './asked-together.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('what comes while a question is under way goes together in the next, and no answer is older than its asker', async () => {
  const asked: (readonly string[])[] = []
  const facts = new Map([['a', 1], ['b', 1]])
  let go = (): void => undefined
  const ask = askedTogether<string, number>(async (keys) => {
    asked.push(keys)
    const seen = new Map(facts)
    await new Promise<void>((resolve) => (go = resolve))
    return seen
  })
  const first = ask(['a'])
  await turn()
  facts.set('a', 2)
  const later = [ask(['a']), ask(['b', 'c']), ask(['a'])]
  await turn()
  assert.deepEqual(asked, [['a']])
  go()
  assert.equal((await first).get('a'), 1)
  await turn()
  assert.deepEqual(asked, [['a'], ['a', 'b', 'c']])
  go()
  for (const answer of await Promise.all(later)) assert.equal(answer.get('a'), 2, 'what was saved before it was asked')
})

test('a fault is of those who asked together, and no one later; more than fit go in two questions', async () => {
  let isAway = true
  const sizes: number[] = []
  const ask = askedTogether<number, number>(async (keys) => {
    sizes.push(keys.length)
    await turn()
    if (isAway) throw new Error('away')
    return new Map(keys.map((key) => [key, key]))
  })
  const failed = await Promise.allSettled([ask([1]), ask([2])])
  assert.deepEqual(failed.map(({ status }) => status), ['rejected', 'rejected'])
  isAway = false
  const many = Array.from({ length: 700 }, (_, number) => number)
  const [one, other] = await Promise.all([ask(many), ask(many.map((number) => number + 700))])
  assert.deepEqual([one.get(699), other.get(1_399)], [699, 1_399])
  assert.deepEqual(sizes, [2, 700, 700])
})

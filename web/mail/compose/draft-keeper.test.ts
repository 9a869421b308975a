import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Draft } from './draft.ts'
import { emptyDraft } from './draft.ts'
import type { KeeperPorts, SaveAnswer } from './draft-keeper.ts'
import { DraftKeeper } from './draft-keeper.ts'

const typed = (text: string): Draft => ({ ...emptyDraft('d@x'), text })

/** A device and a server beside a clock that runs when told. */
const world = (answers: readonly SaveAnswer['is'][]) => {
  let now = 0
  let saves = 0
  const timers = new Set<{ at: number; run: () => void }>()
  const here = new Map<string, string>()
  const server = new Map<string, string>()
  const previous: (string | null)[] = []
  const ports: KeeperPorts = {
    save: async (draft, previousId) => {
      const is = answers[saves++] ?? 'saved'
      previous.push(previousId)
      if (is === 'refused') return { is, why: 'overQuota' }
      if (is !== 'saved') return { is }
      const previousGone = previousId !== null && !server.delete(previousId)
      const emailId = `M${saves}`
      server.set(emailId, draft.text)
      return { is, emailId, previousGone }
    },
    keepHere: async (draft) => (here.set(draft.messageId, draft.text), true),
    forgetHere: async (id) => void here.delete(id),
    after: (ms, run) => {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  const pass = async (ms: number) => {
    for (const end = now + ms; now < end; ) {
      now = Math.min(end, ...[...timers].map(({ at }) => at))
      for (const timer of timers) {
        if (timer.at > now || !timers.delete(timer)) continue
        timer.run()
      }
      await settle()
    }
  }
  return { ports, pass, settle, here, server, previous, saves: () => saves }
}

test('within 3 s after typing stops the server has it, once, and the device forgets it', async () => {
  const it = world([])
  const keeper = new DraftKeeper(it.ports, null)
  for (const text of ['あ', 'あい', 'あいう']) keeper.edited(typed(text))
  await it.pass(3_000)
  assert.deepEqual([...it.server.values()], ['あいう'])
  assert.equal(it.here.size, 0)
  assert.equal(keeper.status.value.is, 'saved')
  assert.equal(it.saves(), 1)
})

test('who never stops typing is saved in between, each copy replacing the one before', async () => {
  const it = world([])
  const keeper = new DraftKeeper(it.ports, null)
  for (let at = 0; at < 60; at++) {
    keeper.edited(typed('x'.repeat(at + 1)))
    await it.pass(500)
  }
  assert.ok(it.saves() >= 2 && it.saves() <= 4, String(it.saves()))
  assert.equal(it.server.size, 1)
})

test('without network it stays on the device, says so, and goes when the network is back', async () => {
  const it = world(['offline', 'offline'])
  const keeper = new DraftKeeper(it.ports, null)
  keeper.edited(typed('本文'))
  await it.pass(2_000)
  assert.deepEqual(keeper.status.value, { is: 'offline', here: true })
  assert.deepEqual([...it.here.values()], ['本文'])
  await it.pass(20_000)
  assert.deepEqual([...it.server.values()], ['本文'])
  assert.equal(it.here.size, 0)
})

test('what is typed while nothing can be saved goes as one copy afterwards', async () => {
  const it = world(['refused', 'refused'])
  const keeper = new DraftKeeper(it.ports, 'M0')
  it.server.set('M0', '前')
  keeper.edited(typed('一'))
  await it.pass(2_000)
  keeper.edited(typed('一二'))
  await it.pass(2_000)
  assert.deepEqual([...it.server.values(), ...it.here.values()], ['前', '一二'])
  assert.deepEqual(keeper.status.value, { is: 'refused', why: 'overQuota', here: true })
  keeper.retryNow()
  await it.settle()
  await it.pass(10)
  assert.deepEqual([...it.server.values()], ['一二'])
})

test('a copy changed elsewhere is left alone and both stay', async () => {
  const it = world([])
  it.server.set('elsewhere', '別の端末')
  const keeper = new DraftKeeper(it.ports, 'gone')
  keeper.edited(typed('ここ'))
  await it.pass(3_000)
  assert.deepEqual([...it.server.values()].toSorted(), ['ここ', '別の端末'])
  assert.equal(keeper.twofold.value, true)
})

test('after the end nothing is saved and nothing stays on the device', async () => {
  const it = world([])
  const keeper = new DraftKeeper(it.ports, null)
  keeper.edited(typed('本文'))
  await keeper.end()
  keeper.edited(typed('本文二'))
  await it.pass(20_000)
  assert.deepEqual([it.server.size, it.here.size], [0, 0])
})

test('a device whose store never answers holds up no save and no end', async () => {
  const it = world([])
  const never = new Promise<never>(() => undefined)
  const keeper = new DraftKeeper({ ...it.ports, keepHere: () => never, forgetHere: () => never }, null)
  keeper.edited(typed('一'))
  assert.equal(await Promise.race([keeper.flush(), it.settle()]), true)
  keeper.edited(typed('一二'))
  await it.pass(3_000)
  assert.deepEqual([...it.server.values()], ['一二'])
  assert.equal(await Promise.race([keeper.end().then(() => 'ended'), it.settle()]), 'ended')
})

test('whatever the server answers, the last text is on the server or on the device', async () => {
  const answer = fc.constantFrom<SaveAnswer['is']>('saved', 'offline', 'refused')
  const step = fc.record({ ms: fc.integer({ min: 0, max: 4_000 }), retry: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { maxLength: 6 }), fc.array(step, { minLength: 1, maxLength: 6 }), async (answers, steps) => {
      const it = world(answers)
      const keeper = new DraftKeeper(it.ports, null)
      for (const [at, { ms, retry }] of steps.entries()) {
        keeper.edited(typed(`text ${at}`))
        await it.pass(ms)
        if (retry) keeper.retryNow()
        await it.settle()
      }
      assert.ok([...it.server.values(), ...it.here.values()].includes(`text ${steps.length - 1}`))
      assert.ok(it.server.size <= 1)
    }),
    { numRuns: 60 },
  )
})

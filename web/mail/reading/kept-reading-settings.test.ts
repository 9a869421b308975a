import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keptReadingSettings, type ReadingSettings } from './kept-reading-settings.ts'

const trusting = (email: string) => (before: ReadingSettings): ReadingSettings => ({ ...before, trusted: [...before.trusted, email] })

/** A server whose answers come when they are let go. */
const slowServer = (stored: Readonly<Record<string, unknown>>) => {
  const gets: PromiseWithResolvers<Readonly<Record<string, unknown>>>[] = []
  const sets: ReadingSettings[] = []
  const kept = keptReadingSettings({
    get: () => (gets.push(Promise.withResolvers()), gets.at(-1)?.promise ?? Promise.reject(new Error('none'))),
    set: async (settings) => void sets.push(settings),
  })
  return { kept, gets, sets, answer: () => gets.at(-1)?.resolve(stored) }
}

test('what is chosen before the kept settings have come holds at once, and takes nothing of them away', async () => {
  const { kept, sets, answer } = slowServer({ trusted: ['old@x'], charsets: { 'old@x': 'euc-jp', 'odd@x': 'klingon' } })
  const loading = kept.load()
  const changing = kept.change(trusting('new@x'))
  assert.deepEqual(kept.settings.value.trusted, ['new@x'])
  assert.deepEqual(sets, [], 'nothing is written before it is known what there was')
  answer()
  await Promise.all([loading, changing])
  assert.deepEqual(kept.settings.value, { trusted: ['old@x', 'new@x'], charsets: { 'old@x': 'euc-jp' } })
  assert.deepEqual(sets, [kept.settings.value])
})

test('a choice asks for the kept settings where nobody did, and later ones are written one after the other', async () => {
  const { kept, gets, sets, answer } = slowServer({ trusted: ['a@x'] })
  const changing = kept.change(trusting('b@x'))
  assert.equal(gets.length, 1)
  answer()
  await changing
  await Promise.all([kept.change(trusting('c@x')), kept.change(trusting('d@x'))])
  assert.deepEqual(sets.at(-1)?.trusted, ['a@x', 'b@x', 'c@x', 'd@x'])
  assert.equal(gets.length, 1)
})

test('where the settings can not be asked for nothing is overwritten; the choice holds, and is kept when they come', async () => {
  const { kept, gets, sets } = slowServer({})
  const changing = kept.change(trusting('b@x'))
  gets[0]?.reject(new Error('unreachable'))
  await changing
  assert.deepEqual([kept.settings.value.trusted, sets], [['b@x'], []])
  const again = kept.load()
  gets[1]?.resolve({ trusted: ['a@x'] })
  await again
  assert.deepEqual(sets, [{ trusted: ['a@x', 'b@x'], charsets: {} }])
})

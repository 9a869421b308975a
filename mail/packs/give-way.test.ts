import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givingWay } from './give-way.ts'

/** A clock that goes on by so much whenever it is looked at. */
const clock = (stepMs = 10): (() => number) & { readonly at: () => number } => {
  let nowMs = 0
  return Object.assign(() => (nowMs += stepMs), { at: () => nowMs })
}

test('a slice goes on at once where nobody asked, and waits until what was asked is a while ago', async () => {
  const now = clock()
  const way = givingWay(now)
  await way.turn()
  assert.ok(now.at() < 100)
  way.asked()
  const askedMs = now.at()
  await way.turn()
  assert.ok(now.at() - askedMs >= 250)
})

test('where somebody always asks, a slice goes on after a while all the same', async () => {
  const now = clock(100)
  let isAsking = false
  const way = givingWay(() => {
    const atMs = now()
    if (!isAsking) {
      isAsking = true
      way.asked()
      isAsking = false
    }
    return atMs
  })
  await way.turn()
  assert.ok(now.at() >= 500 && now.at() < 2_000)
  const beganMs = now.at()
  await way.turn(undefined, 2_000)
  assert.ok(now.at() - beganMs >= 2_000)
})

test('who is stopped waits for nobody', async () => {
  const now = clock()
  const way = givingWay(now)
  way.asked()
  await way.turn(() => true)
  assert.ok(now.at() < 100)
})

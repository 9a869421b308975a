import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EgressPool, EgressSource } from '@bulkhead/door/contracts/start.ts'
import { sourceOf } from './egress.ts'

const source = (v4: string): EgressSource => ({ v4, v6: null, hostName: null })
const pools: readonly EgressPool[] = [
  { brands: ['hikari'], sources: [source('192.0.2.1'), source('192.0.2.2')] },
  { brands: [], sources: [source('192.0.2.9')] },
]
const sent = (brand: string | null, reversePath: string) => ({ brand, account: null, reversePath })

test('a brand has its pool, others the one for all, and a sender keeps its address', () => {
  const senders = Array.from({ length: 200 }, (_, at) => `s${at}@hikari.example`)
  const taken = senders.map((sender) => sourceOf(pools, sent('hikari', sender))?.v4)
  assert.deepEqual(taken, senders.map((sender) => sourceOf(pools, sent('hikari', sender))?.v4))
  for (const address of ['192.0.2.1', '192.0.2.2']) assert.ok(taken.filter((one) => one === address).length > 60)
  assert.equal(sourceOf(pools, sent('yama', 'a@x.example'))?.v4, '192.0.2.9')
  assert.equal(sourceOf(pools, sent(null, ''))?.v4, '192.0.2.9')
})

test('without a pool the machine decides', () => {
  assert.equal(sourceOf([], sent('hikari', 'a@x.example')), null)
  assert.equal(sourceOf(pools.slice(0, 1), sent('yama', 'a@x.example')), null)
})

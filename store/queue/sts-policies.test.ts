import assert from 'node:assert/strict'
import { onEveryServer } from '@bulkhead/test/postgres/cell.ts'
import { storedStsPolicies } from './sts-policies.ts'

const text = 'version: STSv1\nmode: enforce\nmx: mx.far.example\nmax_age: 604800'
const dayMs = 86_400_000

onEveryServer('MTA-STS policies', async (t, cell) => {
  await using database = cell.open('courier', 'queue')
  const policies = storedStsPolicies(database, 3)
  const kept = (domain: string, days: number) => ({ domain, id: '20261121', text, fetchedAtMs: Date.now(), endsAtMs: Date.now() + days * dayMs })

  await t.test('are found as they were kept, and replaced', async () => {
    assert.equal(await policies.find('a.example'), undefined)
    const first = kept('a.example', 10)
    await policies.keep(first)
    assert.deepEqual(await policies.find('a.example'), first)
    const second = { ...first, id: '20261122' }
    await policies.keep(second)
    assert.deepEqual(await policies.find('a.example'), second)
  })

  await t.test('end, and beyond the limit those that end soonest go', async () => {
    await policies.keep(kept('over.example', -1))
    assert.equal(await policies.find('over.example'), undefined)
    await policies.keep(kept('soon.example', 1))
    for (const domain of ['b.example', 'c.example']) await policies.keep(kept(domain, 20))
    assert.equal(await policies.find('soon.example'), undefined)
    for (const domain of ['a.example', 'b.example', 'c.example']) assert.ok((await policies.find(domain)) !== undefined, domain)
  })
})

/** Chains that others published with message, key and verdict. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { authentication } from '@bulkhead/flow/authentication/authenticate.ts'
import { zoneDns } from '@bulkhead/flow/testing/zone.ts'

interface Vectors {
  readonly key: { readonly name: string; readonly txt: string }
  readonly message: string
  readonly cases: readonly { readonly name: string; readonly chain: string; readonly result: 'pass' | 'fail' }[]
}

const { key, message, cases } = JSON.parse(readFileSync(new URL('../vectors/dkimpy-arc.json', import.meta.url), 'utf8')) as Vectors
const authenticator = authentication(zoneDns({ [key.name]: { TXT: [key.txt] } }), manualClock(Date.now()))
const arcOf = async (text: string): Promise<string> => {
  const begun = authenticator.begin({ peer: '192.0.2.1', helo: 'h.example', reversePath: 'a@example.com', by: 'mx.example' })
  return (await begun.end(Buffer.from(text))).arc.result
}

for (const { name, chain, result } of cases) test(`dkimpy ${name}: ${result}`, async () => assert.equal(await arcOf(chain + message), result))

test('any change to a published chain that its seal or signature covers breaks it', async () => {
  const [good] = cases
  assert.ok(good !== undefined && good.result === 'pass')
  const changes: readonly (readonly [string, string])[] = [
    ['cv=none', 'cv=pass'], ['t=12345', 't=12346'], ['dmarc=pass', 'dmarc=fail'], ['Subject: Testing', 'Subject: Tested'], ['This is a test', 'This is no test'],
    ['i=1; lists', 'i=2; lists'],
  ]
  const whole = good.chain + message
  for (const [from, to] of changes) {
    assert.ok(whole.includes(from), from)
    assert.equal(await arcOf(whole.replace(from, to)), 'fail', from)
  }
})

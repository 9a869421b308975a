import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import { newDevice } from '@bulkhead/wire/dpop/testing/prover.ts'
import { signIn } from './sign-in.ts'

const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

/** What the warden is told to call the device; null: nothing of it is kept. */
const named = async (remember: unknown): Promise<unknown> => {
  const asked: unknown[] = []
  const warden: Door<WardenVerbs> = {
    async ask(_verb, ask) {
      asked.push('remember' in ask ? ask.remember : undefined)
      return { is: 'refused', refusal: 'wrong' }
    },
  }
  const fields = { login: 'alice@one.example', password: 'a long harbour', key: newDevice().jwk, remember }
  await signIn(fields, { address: '192.0.2.1', secure: true, userAgent }, warden)
  assert.equal(asked.length, 1)
  return asked[0]
}

test('a device that is to be remembered is called by its User-Agent, or as it says; another by nothing', async () => {
  assert.equal(await named(true), 'Firefox, Linux')
  assert.equal(await named('The old laptop'), 'The old laptop')
  assert.equal(await named('x'.repeat(500)), 'x'.repeat(120))
  for (const no of [false, '', undefined, 1, {}]) assert.equal(await named(no), null)
})

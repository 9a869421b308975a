import assert from 'node:assert/strict'
import { test } from 'node:test'
import { methods } from '@bulkhead/front/jmap/methods.ts'
import { served } from '@bulkhead/front/jmap/testing/served.ts'
import { hostileRequests } from './jmap-arguments.ts'

/** These need more of the mailroom than an account; the platform's test has them all. */
const elsewhere = /^(?:Identity|Device|EmailSubmission|MDN|SieveScript|VacationResponse|Unsubscribe|Content|MessageView|PushSubscription)\//

test('arguments of any shape are answered or refused by what is wrong, never a failure of ours', async () => {
  await using jmap = await served()
  const here = methods.filter(({ name }) => !elsewhere.test(name))
  for (const calls of hostileRequests(here, jmap.accountId(), 100)) {
    for (const [name, args, at] of await jmap.call(calls)) {
      assert.ok(name !== 'error' || args['type'] !== 'serverFail', JSON.stringify(calls[Number(at)]))
    }
  }
})

/** JMAP transcripts against the mailroom's methods in this process; `test/http/jmap.test.ts` plays them against the platform. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { served } from '@bulkhead/front/jmap/testing/served.ts'
import { playJmap } from './jmap-player.ts'

const folder = join(import.meta.dirname, 'jmap')

for (const file of readdirSync(folder)) {
  test(`transcript ${file}`, async () => {
    await using jmap = await served({ quotaBytes: 10_000_000 })
    await playJmap(readFileSync(join(folder, file), 'utf8'), jmap.accountId(), (calls, using) =>
      jmap.call(calls as readonly (readonly [string, JsonObject, string])[], 0, using))
  })
}

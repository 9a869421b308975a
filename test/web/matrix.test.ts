/**
 * Every journey below `journeys/` in Chromium, against one running platform, in every look: an account per look,
 * axe on its screens. A file more there is a journey more here. `BULKHEAD_LOOKS='en dark 360'` runs one look alone,
 * `BULKHEAD_JOURNEYS=read,search` some journeys.
 */
import { readdirSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { looks, nameOf } from './browser.ts'
import { Stage } from './matrix/stage.ts'
import { Visit, type Journey } from './matrix/visit.ts'

/** Looks that go on beside each other: what two cores carry. */
const atOnce = 3
const wanted = process.env['BULKHEAD_JOURNEYS']?.split(',')
const wantedLooks = process.env['BULKHEAD_LOOKS']?.split(',')

const journeys = await Promise.all(
  readdirSync(new URL('journeys', import.meta.url)).filter((file) => wanted?.includes(file.replace('.ts', '')) ?? true).toSorted().map(async (file) =>
    ((await import(`./journeys/${file}`)) as { readonly journey: Journey }).journey),
)

let stage: Stage

before(
  async () => {
    stage = await Stage.open(journeys.flatMap(({ mail = [] }) => mail))
  },
  { timeout: 240_000 },
)
after(() => stage?.close())

describe('journeys in twelve looks, against the running platform', { concurrency: atOnce, timeout: 1_800_000 }, () => {
  for (const look of looks.filter((one) => wantedLooks?.includes(nameOf(one)) ?? true)) {
    test(nameOf(look), async (t) => {
      const visit = await Visit.begin(stage, look)
      await visit.signIn()
      for (const { name, go } of journeys) {
        await t.test(name, async () => {
          visit.complaints.length = 0
          await visit.home()
          await go(visit).catch(async (error: unknown) => {
            await visit.picture(name)
            throw new Error(`${error instanceof Error ? error.message : String(error)}\nwhat was seen:\n${await visit.seen()}`, { cause: error })
          }).finally(() => visit.leave())
          visit.assertQuiet()
        })
      }
      for (const { name, check } of visit.ends) await t.test(name, check)
      await visit.close()
    })
  }
})

/** What every ledger of sent mail must do, as tests. */
import assert from 'node:assert/strict'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { SendingLedger } from '../ports/sending.ts'
import type { SendingPlan } from './plan.ts'
import { slotMs } from './slots.ts'

export interface LedgerUnderTest {
  readonly ledger: SendingLedger
  /** A new account on this plan. */
  newAccount(plan: SendingPlan): Promise<AccountHandle>
}

type Claim = (name: string, holds: () => Promise<void>) => Promise<void> | void

const unlimited: SendingPlan = {
  recipientsPerMessage: null, messagesPerHour: null, messagesPerDay: null, recipientsPerHour: null, recipientsPerDay: null,
  priorityMax: 0, holdsBursts: true, filesSent: false,
}
const hourMs = 3_600_000

/** Marks of a thing that nothing else has. */
const marks = (...things: readonly number[]): readonly number[] => things.flatMap((thing) => [thing * 3, thing * 3 + 1, thing * 3 + 2])

/** Does it again where five minutes ended meanwhile: what is counted then is counted in two. */
export const withinOneSlot = async <T>(act: () => Promise<T>): Promise<T> => {
  for (;;) {
    const before = Math.floor(Date.now() / slotMs)
    const done = await act()
    if (Math.floor(Date.now() / slotMs) === before) return done
  }
}

export const ledgerContract = async (given: (plan: SendingPlan) => Promise<LedgerUnderTest>, claim: Claim): Promise<void> => {
  await claim('counts recipients, tells strangers from those written to before, and a new network from a known one', async () => {
    const { ledger, newAccount } = await given(unlimited)
    const [first, second] = await withinOneSlot(async () => {
      const account = await newAccount(unlimited)
      return [
        await ledger.count(account, { recipients: 2, marks: marks(0, 1, 2) }), await ledger.count(account, { recipients: 2, marks: marks(0, 2, 3) }),
      ]
    })
    assert.deepEqual(first, { is: 'counted', pace: { ...pace(first), messages: 1, recipients: 2, strangers: 2, newPeer: true, held: false } })
    assert.deepEqual(second, { is: 'counted', pace: { ...pace(second), messages: 2, recipients: 4, strangers: 3, newPeer: false, held: false } })
  })

  await claim('refuses what would pass a limit, says when there is room again, and counts nothing of it', async () => {
    const plan = { ...unlimited, messagesPerHour: 2, recipientsPerDay: 10 }
    const { ledger, newAccount } = await given(plan)
    const account = await newAccount(plan)
    const tooMany = await ledger.count(account, { recipients: 11, marks: [] })
    assert.deepEqual(tooMany, { is: 'over', limit: 'recipientsPerDay', againAtMs: null })
    for (const recipients of [3, 4]) assert.equal((await ledger.count(account, { recipients, marks: [] })).is, 'counted')
    const third = await ledger.count(account, { recipients: 1, marks: [] })
    assert.ok(third.is === 'over' && third.limit === 'messagesPerHour' && third.againAtMs !== null)
    const over = (await ledger.standing(account))?.over
    assert.deepEqual(over, { limit: 'messagesPerHour', againAtMs: third.againAtMs })
    const day = await ledger.count(account, { recipients: 4, marks: [] })
    assert.ok(day.is === 'over' && day.limit === 'recipientsPerDay' && (day.againAtMs ?? 0) > third.againAtMs + 22 * hourMs)
  })

  await claim('keeps to itself what each account sends, and holds one of them', async () => {
    const { ledger, newAccount } = await given(unlimited)
    const [one, other] = [await newAccount(unlimited), await newAccount(unlimited)]
    await ledger.count(one, { recipients: 5, marks: marks(0) })
    assert.equal(await ledger.hold(one), true)
    assert.equal(await ledger.hold(one), false)
    assert.deepEqual([(await ledger.standing(one))?.held, (await ledger.standing(other))?.held], [true, false])
    const counted = await ledger.count(other, { recipients: 1, marks: marks(0) })
    assert.ok(counted.is === 'counted' && counted.pace.recipients === 1 && counted.pace.newPeer)
    const held = await ledger.count(one, { recipients: 1, marks: [] })
    assert.ok(held.is === 'counted' && held.pace.held)
  })

  await claim('lets no two messages at once through the last room there is', async () => {
    const plan = { ...unlimited, messagesPerDay: 5 }
    const { ledger, newAccount } = await given(plan)
    const account = await newAccount(plan)
    const answers = await Promise.all(Array.from({ length: 12 }, () => ledger.count(account, { recipients: 1, marks: marks(1, 2) })))
    assert.equal(answers.filter(({ is }) => is === 'counted').length, 5)
  })
}

/** What a claim does not look at. */
const pace = (counted: Awaited<ReturnType<SendingLedger['count']>>): { readonly usualRecipients: number } =>
  ({ usualRecipients: counted.is === 'counted' ? counted.pace.usualRecipients : 0 })

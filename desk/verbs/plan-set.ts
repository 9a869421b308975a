/** Makes a plan, or changes it for all who have it; mailrooms know with the next message. */
import { BadAsk, flagOf, wholeOf } from '@bulkhead/door/ask.ts'
import type { PlanLimits } from '@bulkhead/door/contracts/desk.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { priorityMax } from '@bulkhead/mail/queue/queued.ts'
import { brandOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

const countMax = 1_000_000_000

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (ask: Fields): Fields => {
  const { limits } = ask
  if (typeof limits !== 'object' || limits === null) throw new BadAsk('limits')
  return { ...limits }
}

const limitOf = (fields: Fields, name: keyof PlanLimits, min: number): number | null =>
  fields[name] === null ? null : wholeOf(fields, name, min, countMax)

export const planSet: DeskVerb<'planSet'> = async ({ plans }, ask) => {
  const plan = brandOf(ask, 'plan')
  if (plan === undefined) return refused('badName')
  const fields = fieldsOf(ask)
  await plans.setPlan(plan, {
    recipientsPerMessage: limitOf(fields, 'recipientsPerMessage', 1),
    messagesPerHour: limitOf(fields, 'messagesPerHour', 0),
    messagesPerDay: limitOf(fields, 'messagesPerDay', 0),
    recipientsPerHour: limitOf(fields, 'recipientsPerHour', 0),
    recipientsPerDay: limitOf(fields, 'recipientsPerDay', 0),
    priorityMax: wholeOf(fields, 'priorityMax', -priorityMax, priorityMax),
    holdsBursts: flagOf(fields, 'holdsBursts'),
    filesSent: flagOf(fields, 'filesSent'),
  })
  return answered({})
}

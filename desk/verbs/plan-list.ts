/** What the ISP's plans allow, and who has which. */
import { answered } from '@bulkhead/door/verbs.ts'
import type { DeskVerb } from '../desk.ts'

export const planList: DeskVerb<'planList'> = async ({ plans }) => answered({ plans: await plans.plans() })

/** How much waits, by domain, and what is paused. */
import { wholeOf } from '@bulkhead/door/ask.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import type { DeskVerb } from '../desk.ts'

const linesMax = 1_000

export const queueSummary: DeskVerb<'queueSummary'> = async ({ queue }, ask) =>
  answered({ domains: await queue.summary(wholeOf(ask, 'limit', 1, linesMax)) })

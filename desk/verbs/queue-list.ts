/** The outbound queue: domains, sizes, times, codes. */
import { wholeOf } from '@bulkhead/door/ask.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import type { DeskVerb } from '../desk.ts'

const linesMax = 1_000

export const queueList: DeskVerb<'queueList'> = async ({ queue }, ask) =>
  answered({ items: await queue.list(wholeOf(ask, 'limit', 1, linesMax)) })

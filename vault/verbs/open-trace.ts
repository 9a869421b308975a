/** `openTrace`: shows one note of the message trace, for a reason that goes to the ledger, at most so many an hour. */
import { Fault } from '@bulkhead/base/fault.ts'
import { isUuid } from '@bulkhead/base/ids.ts'
import { BadAsk, bytesOf, textOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { openTrace as open, sealedTraceBytesMax } from '@bulkhead/seal/trace.ts'
import { reasonOf } from '../ask.ts'
import { hourOf } from '../budgets.ts'
import type { VerbOf } from '../vault.ts'

const uuidLength = 36

export const openTrace: VerbOf<'openTrace'> = ({ table, clock, budgets, traceKey }, ask) => {
  const message = textOf(ask, 'message', uuidLength)
  if (!isUuid(message)) throw new BadAsk('message')
  const sealed = bytesOf(ask, 'sealed', sealedTraceBytesMax)
  reasonOf(ask)
  if (table.countTrace(hourOf(clock.now())) > budgets.tracesPerHour) return refused('overBudget')
  try {
    return answered({ text: open(realSealing, traceKey, message, sealed) })
  } catch (error) {
    if (error instanceof Fault && error.code === 'corrupt') return refused('foreign')
    throw error
  }
}

/**
 * Finds messages in the trace by an address, a Message-ID or an IP address, or all of a time, and shows what was noted of
 * them. The vault opens each note under its budget; where that is spent the notes that follow stay closed.
 */
import { oneOf, textOf, wholeOf } from '@bulkhead/door/ask.ts'
import type { TraceLine } from '@bulkhead/door/contracts/desk.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { isUuid } from '@bulkhead/base/ids.ts'
import { decodeTraceNote } from '@bulkhead/mail/trace/record.ts'
import { traceKeyKinds } from '@bulkhead/mail/trace/keys.ts'
import type { Desk, DeskVerb } from '../desk.ts'

const textMax = 1_000
const reasonMax = 200
const messagesMax = 200
/** Of one answer, which is one frame. */
const notesMax = 2_000
const openedAtOnceMax = 50

const waysToFind = ['text', 'message', 'time'] as const

const messagesFound = async ({ trace, traceKeys }: Desk, ask: Readonly<Record<string, unknown>>): Promise<readonly string[]> => {
  const by = oneOf(ask, 'by', waysToFind)
  const text = textOf(ask, 'text', textMax)
  if (by === 'message') return isUuid(text) ? [text] : []
  const sinceMs = wholeOf(ask, 'sinceMs', 0, Number.MAX_SAFE_INTEGER)
  const untilMs = wholeOf(ask, 'untilMs', 0, Number.MAX_SAFE_INTEGER)
  return trace.find(by === 'time' ? [] : traceKeyKinds.map((kind) => traceKeys(kind, text)), sinceMs, untilMs, wholeOf(ask, 'limit', 1, messagesMax))
}

export const traceFind: DeskVerb<'traceFind'> = async (desk, ask) => {
  const reason = textOf(ask, 'reason', reasonMax)
  const notes = await desk.trace.notesOf(await messagesFound(desk, ask), notesMax)
  const lines: TraceLine[] = []
  for (let at = 0; at < notes.length; at += openedAtOnceMax) {
    const opened = await Promise.all(notes.slice(at, at + openedAtOnceMax).map(async ({ atMs, message, sealed }) => {
      const reply = await desk.vault.ask('openTrace', { message, sealed: Buffer.from(sealed).toString('base64'), reason })
      return reply.is === 'refused' ? reply.refusal : { at: new Date(atMs).toISOString(), message, ...decodeTraceNote(reply.answer.text) }
    }))
    for (const line of opened) {
      if (line === 'overBudget') return { ...refused('overBudget'), why: reason }
      if (typeof line !== 'string') lines.push(line)
    }
  }
  return { ...answered({ lines, more: notes.length === notesMax }), why: reason }
}

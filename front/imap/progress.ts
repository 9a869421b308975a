/** `* OK [INPROGRESS ("tag" progress goal)]` (RFC 9585 section 4): a client that waits for long sees that it is not for nothing. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Language } from '@bulkhead/wire/imap/language.ts'
import { encodeUntagged, untaggedOk } from '@bulkhead/wire/imap/response.ts'
import type { Sink } from './sink.ts'

/** From a command's begin to the first word of it, and from one to the next: more often than the minute after which clients give up. */
export const progressEveryMs = 5_000

export interface Progress {
  /** A command begins. */
  begin(tag: string): void
  /** `done` of `goal` messages are dealt with. Tells where it is time to; rejects when the client is gone. */
  report(done: number, goal: number): void | Promise<void>
}

const atOnce = async (sink: Sink, text: string): Promise<void> => {
  await sink.put(text)
  await sink.flush()
}

export const progressTeller = (clock: Clock, reader: () => { readonly sink: Sink; readonly language: Language }): Progress => {
  let tag = ''
  let dueMs = Infinity
  return {
    begin(next) {
      tag = next
      dueMs = clock.now() + progressEveryMs
    },
    report(done, goal) {
      const nowMs = clock.now()
      if (nowMs < dueMs) return undefined
      dueMs = nowMs + progressEveryMs
      const { sink, language } = reader()
      return atOnce(sink, encodeUntagged(untaggedOk(`INPROGRESS ("${tag}" ${done} ${goal})`, 'Still at it'), language))
    },
  }
}

/** A bounded memory of answers that are good for a short time; questions asked meanwhile share one answer. */
import type { Clock } from '@bulkhead/base/clock.ts'

export interface Expiring<T> {
  /** `keeps` says whether an answer may be given again; a failure never is. */
  get(key: string, ask: () => Promise<T>, keeps: (answer: T) => boolean): Promise<T>
}

interface Held<T> {
  readonly untilMs: number
  readonly answer: Promise<T>
}

export const expiring = <T>(clock: Clock, lifeMs: number, entriesMax: number): Expiring<T> => {
  const held = new Map<string, Held<T>>()
  const forget = (key: string, entry: Held<T>): void => {
    if (held.get(key) === entry) held.delete(key)
  }
  return {
    get(key, ask, keeps) {
      const nowMs = clock.now()
      const present = held.get(key)
      if (present !== undefined && present.untilMs > nowMs) return present.answer
      const answer = ask()
      const entry = { untilMs: nowMs + lifeMs, answer }
      held.delete(key)
      held.set(key, entry)
      answer.then(
        (value) => (keeps(value) ? undefined : forget(key, entry)),
        () => forget(key, entry),
      )
      const oldest = held.size > entriesMax ? held.keys().next().value : undefined
      if (oldest !== undefined) held.delete(oldest)
      return answer
    },
  }
}

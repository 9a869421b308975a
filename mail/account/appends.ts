/**
 * Appends of all sessions of an account. What is good at any head is gathered while an append is under way and goes
 * as one; what was decided on a state goes alone, and is decided anew when the journal moved meanwhile.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { ModSeq } from '@bulkhead/base/ids.ts'
import type { JournalEvent } from '../journal/event.ts'
import type { FoldedAccount, Outcome } from '../journal/fold.ts'
import type { NewMessage } from '../ports/journal-store.ts'
import { refuse, type Refused } from '../refusal.ts'
import type { AccountJournal } from './account-journal.ts'
import type { Plan } from './plans.ts'

/** Events in one append. */
const eventsPerAppendMax = 1_000
/** Attempts to append what needs the newest state, before the account counts as too busy. */
const attemptsMax = 32

export type Appended<A> = { readonly is: 'appended'; readonly outcomes: readonly Outcome[]; readonly answer: A }

interface Waiting {
  readonly events: readonly JournalEvent[]
  readonly resolve: (outcomes: readonly Outcome[]) => void
  readonly reject: (fault: unknown) => void
}

export class Appends {
  readonly #journal: AccountJournal
  readonly #moved: () => void
  #waiting: Waiting[] = []

  /** `moved` is called at the end of every turn. */
  constructor(journal: AccountJournal, moved: () => void) {
    this.#journal = journal
    this.#moved = moved
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    return this.#journal.exclusive(async () => {
      try {
        return await work()
      } finally {
        this.#moved()
      }
    })
  }

  /** Folds what was appended by whomever up to now. Waits for nobody's append where nothing came. */
  async refresh(): Promise<void> {
    const head = await this.#journal.head()
    if (this.#journal.fold.seq < head) await this.#turn(() => this.#journal.foldUpTo(head))
  }

  /** Events that neither use space nor depend on the state. */
  async anyHead(events: readonly JournalEvent[]): Promise<readonly Outcome[]> {
    const outcomes = new Promise<readonly Outcome[]>((resolve, reject) => {
      this.#waiting.push({ events, resolve, reject })
    })
    void this.#turn(() => this.#drain())
    return outcomes
  }

  #takeBatch(): readonly Waiting[] {
    let events = 0
    let taken = 0
    for (const waiting of this.#waiting) {
      events += waiting.events.length
      if (taken > 0 && events > eventsPerAppendMax) break
      taken += 1
    }
    return this.#waiting.splice(0, taken)
  }

  /** Tells each of the waiting what became of it; never rejects itself. */
  async #drain(): Promise<void> {
    const batch = this.#takeBatch()
    if (batch.length === 0) return
    try {
      const events = batch.flatMap((waiting) => waiting.events)
      const answer = await this.#journal.append({ events, messages: [], addsBytes: 0, addsMessages: 0, expectedHead: null })
      if (answer.is !== 'appended') throw new Fault('storageFailed', answer.is === 'refused' ? answer.why : answer.is)
      let at = 0
      for (const waiting of batch) {
        waiting.resolve(answer.outcomes.slice(at, at + waiting.events.length))
        at += waiting.events.length
      }
    } catch (fault) {
      for (const waiting of batch) waiting.reject(fault)
    }
    if (this.#waiting.length > 0) void this.#turn(() => this.#drain())
  }

  /** Decides on the newest state and appends at just that head. For plans that add nothing to the account's use. */
  async decided<A, R extends Refused>(
    decide: (state: FoldedAccount) => Plan<A> | R,
  ): Promise<Appended<A> | R> {
    const answer = await this.#decided(decide, [])
    assert(answer !== 'overQuota', 'what adds nothing never meets the quota')
    return answer
  }

  /** The same for plans that bring rows of their own. */
  async arriving<A, R extends Refused>(
    decide: (state: FoldedAccount) => Plan<A> | R,
    messages: readonly NewMessage[],
  ): Promise<Appended<A> | R | Refused<'overQuota'>> {
    const answer = await this.#decided(decide, messages)
    return answer === 'overQuota' ? refuse('overQuota') : answer
  }

  /** A refusal is given only after asking whether the state is still the newest. */
  async #decided<A, R extends Refused>(
    decide: (state: FoldedAccount) => Plan<A> | R,
    messages: readonly NewMessage[],
  ): Promise<Appended<A> | R | 'overQuota'> {
    return this.#turn(async () => {
      let fresh = false
      for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
        const plan = decide(this.#journal.state())
        if (plan.is === 'append') {
          const answer = await this.#attempt(plan, messages, this.#journal.fold.seq)
          if (answer !== 'conflict') return answer
          fresh = true
        } else if (fresh) {
          return plan
        } else {
          await this.#journal.refresh()
          fresh = true
        }
      }
      throw new Fault('overloaded', 'the journal moves faster than we can decide')
    })
  }

  async #attempt<A>(plan: Plan<A>, messages: readonly NewMessage[], expectedHead: ModSeq): Promise<Appended<A> | 'overQuota' | 'conflict'> {
    const { events, addsBytes, addsMessages, answer: planned } = plan
    if (events.length === 0) return { is: 'appended', outcomes: [], answer: planned }
    const answer = await this.#journal.append({ events, messages, addsBytes, addsMessages, expectedHead })
    switch (answer.is) {
      case 'appended':
        return { is: 'appended', outcomes: answer.outcomes, answer: planned }
      case 'conflict':
        return 'conflict'
      case 'refused':
        if (answer.why === 'overQuota') return 'overQuota'
        // Closed or removed under an open session, which is about to be ended.
        throw new Fault('storageFailed', answer.why)
    }
  }
}

/**
 * One session of the web while it is open: the account it holds, the key of the account, and what ends it. It lets go of the account when the
 * last request under way is over.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import { wipe, type Secret } from '@bulkhead/base/secret.ts'
import type { HeldAccount } from '../mailroom/host.ts'
import type { LoggedIn } from '../mailroom/session.ts'
import { replayMemory, type ReplayMemory } from './replay-memory.ts'
import type { HttpSession } from './session.ts'

export type EndReason = 'signedOut' | 'idle' | 'lifetime' | 'revoked' | 'replaced' | 'stopping'

export interface SessionTerms {
  readonly id: string
  readonly who: LoggedIn
  readonly held: HeldAccount
  /** A copy of the session's own. */
  readonly key: Secret<Buffer>
  readonly kind: HttpSession['kind']
  readonly language: HttpSession['language']
  readonly peer: string
  readonly origin: string
  readonly contentOrigin: string
  readonly mailroom: string
  /** Thumbprint of the device's key; empty for other clients. */
  readonly thumbprint: string
  /** The device credential it stands on; empty where none. */
  readonly device: string
  readonly signOuts: number
  readonly clock: Clock
  onEnd(session: OpenSession, why: EndReason): void
}

export class OpenSession {
  readonly terms: SessionTerms
  readonly http: HttpSession
  readonly proofs: ReplayMemory = replayMemory()
  readonly openedAtMs: number
  usedAtMs: number
  /** When its standing was last seen to be good. */
  checkedAtMs: number
  /** The account's sign-outs that it has outlived. */
  signOuts: number
  /** It is about to outlive one more. */
  isRenewing = false
  readonly #closing = new AbortController()
  #underWay = 0
  #given: Promise<void> | undefined

  constructor(terms: SessionTerms) {
    const { id, who, held, kind, language, peer, origin, contentOrigin, mailroom, device, clock } = terms
    this.terms = terms
    this.openedAtMs = clock.now()
    this.usedAtMs = this.openedAtMs
    this.checkedAtMs = this.openedAtMs
    this.signOuts = terms.signOuts
    const contentBase = `${contentOrigin}/content/${mailroom}`
    this.http = {
      id, who, peer, account: held.account, origin, contentOrigin, contentBase, language, kind, device: device === '' ? null : device,
      closing: this.#closing.signal,
    }
  }

  get over(): boolean {
    return this.#closing.signal.aborted
  }

  get underWay(): number {
    return this.#underWay
  }

  /** Runs a request; the account stays until it is done. */
  async run(act: () => Promise<void>): Promise<void> {
    this.#underWay += 1
    this.usedAtMs = this.terms.clock.now()
    try {
      await act()
    } finally {
      this.#underWay -= 1
      this.#letGo()
    }
  }

  /** The sign-out that `act` brings about for everybody else leaves it alone: it gives the number from which this session goes on. */
  async renewing(act: () => Promise<number | undefined>): Promise<number | undefined> {
    this.isRenewing = true
    try {
      const signOuts = await act()
      this.signOuts = Math.max(this.signOuts, signOuts ?? 0)
      return signOuts
    } finally {
      this.isRenewing = false
    }
  }

  end(why: EndReason): void {
    if (this.over) return
    this.#closing.abort()
    wipe(this.terms.key.declassify())
    this.terms.onEnd(this, why)
    this.#letGo()
  }

  /** Resolves when the account is given back. */
  async given(): Promise<void> {
    await this.#given
  }

  #letGo(): void {
    if (!this.over || this.#underWay > 0) return
    this.#given ??= Promise.resolve(this.terms.held[Symbol.asyncDispose]())
  }
}

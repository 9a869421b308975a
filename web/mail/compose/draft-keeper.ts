/**
 * Keeps what is typed. Every edit is first kept on this device, then saved on the server when typing stops; whatever
 * goes wrong on the way (no network, another copy) is a state that is shown, and none of them loses text. While the session
 * is over a save simply waits: requests do until someone has signed in again.
 */
import { signal } from '@preact/signals'
import type { Draft } from './draft.ts'

/** Typing has stopped: the server must have it within 3 s. */
const quietMs = 1_500
/** Who types on and on is saved in between. */
const busyMs = 10_000
const retryFirstMs = 4_000
const retryMaxMs = 60_000

export type SaveAnswer =
  /** `previousGone`: the copy this one replaces was no longer there; it was changed or sent elsewhere. */
  | { readonly is: 'saved'; readonly emailId: string; readonly previousGone: boolean }
  | { readonly is: 'offline' }
  | { readonly is: 'refused'; readonly why: 'overQuota' | 'tooLarge' | 'other' }

export interface KeeperPorts {
  /** One request: the new copy is made and the one before goes. */
  save(draft: Draft, previousId: string | null): Promise<SaveAnswer>
  /** On this device, sealed. False: it has no room or forbids it. */
  keepHere(draft: Draft, emailId: string | null): Promise<boolean>
  /** What was kept is not restored from now on, and goes when the device comes to it: nobody waits for that. */
  forgetHere(messageId: string): Promise<void>
  after(ms: number, run: () => void): () => void
}

export type KeepStatus =
  | { readonly is: 'untouched' | 'unsaved' | 'saving' | 'saved' }
  /** Not on the server. `here`: kept on this device. */
  | { readonly is: 'offline'; readonly here: boolean }
  | { readonly is: 'refused'; readonly why: 'overQuota' | 'tooLarge' | 'other'; readonly here: boolean }

export class DraftKeeper {
  readonly status = signal<KeepStatus>({ is: 'untouched' })
  /** The newest text is kept on this device. */
  readonly here = signal(false)
  /** Told once when another copy was found to have been changed elsewhere: both stay. */
  readonly twofold = signal(false)
  readonly #ports: KeeperPorts
  #emailId: string | null
  #latest: Draft | undefined
  #turn = 0
  #savedTurn = 0
  #stopQuiet: (() => void) | undefined
  #stopBusy: (() => void) | undefined
  #running: Promise<void> | undefined
  #retryMs = retryFirstMs
  #closed = false

  constructor(ports: KeeperPorts, emailId: string | null) {
    this.#ports = ports
    this.#emailId = emailId
  }

  get emailId(): string | null {
    return this.#emailId
  }

  get isSaved(): boolean {
    return this.#turn === this.#savedTurn
  }

  edited(draft: Draft): void {
    if (this.#closed) return
    this.#latest = draft
    this.#turn++
    if (this.status.value.is === 'saved' || this.status.value.is === 'untouched') this.status.value = { is: 'unsaved' }
    void this.#keepHere(draft)
    this.#schedule(quietMs)
    this.#stopBusy ??= this.#ports.after(busyMs, () => void this.flush())
  }

  /** Saves now what is not saved; settles when the server has answered. True: all of it is there. */
  async flush(): Promise<boolean> {
    this.#stopTimers()
    while (this.#running !== undefined) await this.#running
    if (this.isSaved || this.#closed) return this.isSaved
    this.#running = this.#save().finally(() => {
      this.#running = undefined
    })
    await this.#running
    return this.isSaved
  }

  /** The connection is back. */
  retryNow(): void {
    this.#retryMs = retryFirstMs
    if (!this.isSaved) void this.flush()
  }

  /** Waits for a save that is on its way, and starts none. */
  async settled(): Promise<void> {
    this.#stopTimers()
    while (this.#running !== undefined) await this.#running
    this.#stopTimers()
  }

  /** The server has this text under another id: it could not be sent and is a draft again. */
  replacedBy(emailId: string): void {
    this.#emailId = emailId
  }

  /** Ends it: nothing is saved any more, and this device restores nothing of the text. For after sending and for discarding. */
  async end(): Promise<void> {
    this.#closed = true
    this.#stopTimers()
    while (this.#running !== undefined) await this.#running
    if (this.#latest !== undefined) void this.#ports.forgetHere(this.#latest.messageId)
  }

  #schedule(ms: number): void {
    this.#stopQuiet?.()
    this.#stopQuiet = this.#ports.after(ms, () => void this.flush())
  }

  #stopTimers(): void {
    this.#stopQuiet?.()
    this.#stopBusy?.()
    this.#stopQuiet = this.#stopBusy = undefined
  }

  async #keepHere(draft: Draft): Promise<void> {
    this.here.value = await this.#ports.keepHere(draft, this.#emailId)
    // Keeping took longer than saving: what the server has is not kept twice.
    if (this.isSaved || this.#closed) await this.#ports.forgetHere(draft.messageId)
  }

  async #save(): Promise<void> {
    const draft = this.#latest
    const turn = this.#turn
    if (draft === undefined) return
    this.status.value = { is: 'saving' }
    const answer = await this.#ports.save(draft, this.#emailId)
    if (answer.is === 'saved') return this.#saved(answer.emailId, answer.previousGone, turn, draft)
    this.status.value = { ...answer, here: this.here.value }
    if (answer.is === 'offline' && !this.#closed) {
      this.#schedule(this.#retryMs)
      this.#retryMs = Math.min(retryMaxMs, this.#retryMs * 2)
    }
  }

  #saved(emailId: string, previousGone: boolean, turn: number, draft: Draft): void {
    if (previousGone && this.#emailId !== null) this.twofold.value = true
    this.#emailId = emailId
    this.#savedTurn = turn
    this.#retryMs = retryFirstMs
    this.status.value = this.isSaved ? { is: 'saved' } : { is: 'unsaved' }
    if (this.isSaved) void this.#ports.forgetHere(draft.messageId)
    else this.#schedule(quietMs)
  }
}

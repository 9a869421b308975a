/** What a search reads with. */
import type { MailAccount } from '../account/mail-account.ts'

export interface SearchPorts {
  readonly account: Pick<MailAccount, 'account' | 'indexBatches' | 'sifted' | 'bodies' | 'largeTexts'>
  /** Aborts when the client is gone. */
  readonly gone: AbortSignal
  /** `done` of `goal` messages are dealt with. */
  progress(done: number, goal: number): void | Promise<void>
}

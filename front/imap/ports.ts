/** What operations of a session work with. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { MailAccount, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { PersonReporter } from '../reporting/person-reporter.ts'

export interface Ports {
  readonly account: MailAccount
  /** Brings the account's state up to when the client sent what is being performed, also where another mailroom moved it. */
  refresh(): Promise<void>
  /** `done` of `goal` messages are dealt with: told to a client that has waited for long. */
  progress(done: number, goal: number): void | Promise<void>
  readonly clock: Clock
  /** Hears what the person says of messages. */
  readonly reports: PersonReporter
  /** Aborts when the client is gone. */
  readonly gone: AbortSignal
  /** Canonical address of the login. */
  readonly login: string
  /** Our own, as URLs name it. */
  readonly hostName: string
  /** See `SessionCommon`. */
  readonly jmapUrl: string | null
}

/** A mailbox that is not known here may have been made through another mailroom a moment ago. */
export const mailboxNamed = async (account: MailAccount, name: string): Promise<MailboxState | undefined> =>
  account.state().byName(name) ?? (await account.refresh()).byName(name)

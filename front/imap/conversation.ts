/** What a dialogue (IDLE, APPEND) and the connection share: reading, writing and announcing, and the session between. */
import type { Text } from '@bulkhead/wire/imap/language.ts'
import type { LiteralAnswer, ReaderEvent } from '@bulkhead/wire/imap/reader.ts'
import type { Tagged } from '@bulkhead/wire/imap/response.ts'
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import type { Moment } from './moment.ts'
import type { Deed } from './notify/deed.ts'
import type { Ports } from './ports.ts'
import type { Session } from './session.ts'

export interface Conversation {
  readonly ports: Ports
  readonly limits: MailLimits
  session(): Session
  /** What a dialogue did, which NOTIFY need not tell. */
  noted(deeds: readonly Deed[]): void
  /** What came, without waiting; undefined where there is nothing yet. */
  poll(): ReaderEvent | undefined
  /** Gives an event back: it is the next one. */
  unread(event: ReaderEvent): void
  /** Flushes, then waits for the client. Undefined when it has ended, or the session must. */
  read(): Promise<ReaderEvent | undefined>
  /** Resolves when something came or the session must end. */
  ready(): Promise<void>
  readonly isEnding: boolean
  answer(literal: LiteralAnswer): void
  /** Nothing was heard or told for long enough to park. */
  readonly isQuiet: boolean
  /** The client waits in the gate, in the IDLE of that tag or between commands. True: the session is over for us. False: it goes on. */
  park(idleTag: string | null): Promise<boolean>
  put(text: string | Buffer): Promise<void>
  flush(): Promise<void>
  /** Bytes of the client that wait to be read. */
  readonly heldBytes: number
  readonly isCompressed: boolean
  /** Both ways from here on; what was put before goes out as it is. */
  compress(): Promise<void>
  /** Ends the session and gives the client back to be logged in again, with all it sent meanwhile. Undefined where the gate can't take it. */
  wayBack(): (() => Promise<void>) | undefined
  /** Tells what changed in the selected mailbox. */
  announce(moment: Moment): Promise<void>
  /** Announces and ends a command. */
  finish(tag: string, reply: Tagged, moment: Moment): Promise<void>
  /** Says BYE and ends the session. */
  leave(text: Text): Promise<void>
  /** What a fault is answered with; logs it. */
  faulted(error: unknown): Tagged
}

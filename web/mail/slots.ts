/** What the frame gives to the reading pane, which is loaded when it is first needed. */
import type { JSX } from 'preact'
import type { Id } from './jmap/types.ts'

export interface ReadingProps {
  readonly emailId: Id
  /** The conversation is wanted, with what was sent from here; else this one message. */
  readonly conversation: boolean
  /** From which list it was opened; undefined in a search. */
  readonly mailboxId: Id | undefined
  /** Back to the list, whose row gets the focus. */
  readonly onClose: () => void
}
export type ReadingPane = (props: ReadingProps) => JSX.Element

/** What the frame gives to the parts it does not know: the reading pane and the composer, each loaded when first needed. */
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import type { EmailAddress, Id } from './jmap/types.ts'

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

export type ComposeRequest =
  | { readonly kind: 'new'; readonly to?: readonly EmailAddress[]; readonly subject?: string; readonly text?: string }
  /** As a link says it (RFC 6068). */
  | { readonly kind: 'mailto'; readonly url: string }
  | { readonly kind: 'reply' | 'replyAll' | 'forward' | 'forwardAttached' | 'draft'; readonly emailId: Id }

export interface ComposeDockProps {
  /** In order; the dock takes each away (`composeTaken`) as it opens it. */
  readonly requests: readonly ComposeRequest[]
}
/** Stands in the page from the first request on; it draws the open composers, over or in the place of the page. */
export type ComposeDock = (props: ComposeDockProps) => JSX.Element | null

/** More than these wait for no composer. */
const requestsMax = 10

export const composeRequests = signal<readonly ComposeRequest[]>([])

export const compose = (request: ComposeRequest): void => {
  if (composeRequests.value.length < requestsMax) composeRequests.value = [...composeRequests.value, request]
}

export const composeTaken = (request: ComposeRequest): void => {
  composeRequests.value = composeRequests.value.filter((other) => other !== request)
}

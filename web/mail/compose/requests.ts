/**
 * How the rest of the webmail asks for a composer: `compose({ is: 'reply', emailId })`. Small, because every page has it;
 * the composers themselves are loaded at the first request.
 */
import { signal } from '@preact/signals'
import type { Address } from './address.ts'
import type { Draft } from './draft.ts'

export type ComposeRequest =
  | { readonly is: 'new'; readonly to?: readonly Address[]; readonly cc?: readonly Address[]; readonly bcc?: readonly Address[]; readonly text?: string }
  /** A `mailto:` link (RFC 6068). */
  | { readonly is: 'mailto'; readonly href: string }
  /** `selection`: what was marked in the message, quoted instead of the whole text. */
  | { readonly is: 'reply' | 'replyAll'; readonly emailId: string; readonly selection?: string }
  | { readonly is: 'forward'; readonly emailId: string }
  /** As attachments (message/rfc822), several at once. */
  | { readonly is: 'forwardAttached'; readonly emailIds: readonly string[] }
  /** A message that was sent or received as the start of a new one: edit as new, send again. */
  | { readonly is: 'again'; readonly emailId: string }
  /** A draft, as it was left. `answers`: of one that was taken back, since what went out carries no note of what it answers. */
  | { readonly is: 'draft'; readonly emailId: string; readonly answers?: Draft['answers'] }

/** Asked for and not yet opened. */
export const composeRequests = signal<readonly ComposeRequest[]>([])

export const compose = (request: ComposeRequest): void => {
  composeRequests.value = [...composeRequests.value, request]
}

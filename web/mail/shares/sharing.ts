/** Which mailbox is being shared: the sheet for it is loaded when it is first asked for. */
import { signal } from '@preact/signals'
import type { Id, Mailbox } from '../jmap/types.ts'

export type Sharing =
  /** One of the person's own, of which a shared one is made. */
  | { readonly is: 'make'; readonly mailbox: Mailbox }
  /** One that is shared: who may do what. */
  | { readonly is: 'members'; readonly accountId: Id }

export const sharing = signal<Sharing | undefined>(undefined)

export const endSharing = (): void => {
  sharing.value = undefined
}

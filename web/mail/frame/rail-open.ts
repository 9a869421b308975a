/** Where the mailboxes don't stand beside the list, whether they lie over it. */
import { signal } from '@preact/signals'

export const railOpen = signal(false)

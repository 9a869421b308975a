import type { Mailbox } from '../jmap/types.ts'
import { words } from './words.ts'

/** Mailboxes with a role are called as the page's language calls them. */
export const mailboxName = ({ role, name }: Pick<Mailbox, 'role' | 'name'>): string => (role === null ? name : (words().roles[role] ?? name))

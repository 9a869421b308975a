/** Words of a row. Pure. */
import type { EmailAddress, EmailRow } from '../jmap/types.ts'

const nameOf = ({ name, email }: EmailAddress): string => (name === null || name.trim() === '' ? email : name.trim())

/** Family name or first name would be guesses; the whole name stands. Several: the first ones. */
const peopleMax = 3

export const people = (list: readonly EmailAddress[] | null): string => {
  if (list === null) return ''
  return [...new Set(list.map(nameOf))].slice(0, peopleMax).join('、')
}

/** What the mailbox is about: what was sent from here is known by whom it went to. */
export const showsRecipients = (email: Pick<EmailRow, 'keywords'>, role: string | null): boolean =>
  role === 'sent' || role === 'drafts' || role === 'scheduled' || email.keywords['$draft'] === true

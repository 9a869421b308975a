/** The labels of the message that is read: a click takes one off, and undo puts it back. */
import type { JSX } from 'preact'
import { label, these } from '../actions/actions.ts'
import type { Id } from '../jmap/types.ts'
import { emailRow } from '../store/emails.ts'
import { mailboxes } from '../store/mailboxes.ts'
import { LabelChip } from './label-chip.tsx'
import { labelsOf } from './own-labels.ts'
import { words } from './words.ts'

export const MessageLabels = ({ emailId }: { emailId: Id }): JSX.Element | null => {
  const email = emailRow(emailId).value
  if (email === undefined) return null
  const all = labelsOf(email.mailboxIds, mailboxes.value.values())
  if (all.length === 0) return null
  return (
    <div class="message-labels" role="group" aria-label={words().labels}>
      {all.map((mailbox) => (
        <LabelChip key={mailbox.id} mailbox={mailbox} onRemove={() => void label(these([emailId]), mailbox, false)} />
      ))}
    </div>
  )
}

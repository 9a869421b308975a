/** The labels of a row: as many as there is room for, and how many more. */
import { computed } from '@preact/signals'
import type { JSX } from 'preact'
import type { EmailRow } from '../jmap/types.ts'
import { mailboxIdHere } from '../place.ts'
import { mailboxes } from '../store/mailboxes.ts'
import { LabelChip } from './label-chip.tsx'
import { isLabel, labelsOf } from './own-labels.ts'
import { words } from './words.ts'

const shownMax = 2

/** Counts of mailboxes change all the time; rows are drawn anew where labels come, go, move or are renamed. */
const labelNames = computed(() => [...mailboxes.value.values()].filter(isLabel).map(({ id, name }) => `${id} ${name}`).join('\n'))

export const RowLabels = ({ email }: { email: EmailRow }): JSX.Element | null => {
  void labelNames.value
  const all = labelsOf(email.mailboxIds, mailboxes.peek().values(), mailboxIdHere.value)
  if (all.length === 0) return null
  const more = all.length - shownMax
  return (
    <span class="row-labels">
      <span class="only-heard">{words().labels}</span>
      {all.slice(0, shownMax).map((mailbox) => <LabelChip key={mailbox.id} mailbox={mailbox} />)}
      {more > 0 ? <span class="label-more numbers" aria-label={words().more(more)}>+{more}</span> : null}
    </span>
  )
}

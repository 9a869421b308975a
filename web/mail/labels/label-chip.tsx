/** A label as it stands on a message; with `onRemove` a click takes it off. */
import type { JSX } from 'preact'
import { IconClose } from '../../kit/icons.ts'
import type { Mailbox } from '../jmap/types.ts'
import { mailboxName } from '../mailboxes/names.ts'
import { pathOfMailbox } from '../place.ts'
import { colourOf } from './colours.ts'
import './labels.css'
import { words } from './words.ts'

export const LabelChip = ({ mailbox, onRemove }: { mailbox: Mailbox; onRemove?: () => void }): JSX.Element => {
  const name = mailboxName(mailbox)
  if (onRemove === undefined) return <span class={`label label-${colourOf(mailbox.id)}`}><bdi class="label-name">{name}</bdi></span>
  return (
    <span class={`label label-open label-${colourOf(mailbox.id)}`}>
      <a class="label-name" href={pathOfMailbox(mailbox)}><bdi>{name}</bdi></a>
      <button type="button" class="label-remove" aria-label={words().takeOff(name)} title={words().takeOff(name)} onClick={onRemove}>
        <IconClose />
      </button>
    </span>
  )
}

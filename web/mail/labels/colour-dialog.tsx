/** The colour of a label: a few that can be read on both grounds. */
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { toast } from '../../kit/toast.tsx'
import type { Mailbox } from '../jmap/types.ts'
import { mailboxName } from '../mailboxes/names.ts'
import { mailboxes } from '../store/mailboxes.ts'
import { colourOf, colours, setColour, type Colour } from './colours.ts'
import './labels.css'
import { words } from './words.ts'

export const colouring = signal<Mailbox | undefined>(undefined)

const close = (): void => {
  colouring.value = undefined
}

export const ColourDialog = (): JSX.Element | null => {
  const mailbox = colouring.value
  if (mailbox === undefined) return null
  const text = words()
  const now = colourOf(mailbox.id)
  const choose = (colour: Colour): void => {
    setColour(mailbox.id, colour, (id) => mailboxes.peek().has(id)).catch(() => toast({ kind: 'error', text: text.colourFailed }))
  }
  return (
    <Dialog title={text.colourTitle(mailboxName(mailbox))} onClose={close} actions={<Button label={text.close} kind="primary" onClick={close} />}>
      <div class="label-colours" role="radiogroup" aria-label={text.colourTitle(mailboxName(mailbox))}>
        {colours.map((colour) => (
          <label key={colour} class={`label-colour label-${colour}`}>
            <input type="radio" name="label-colour" checked={colour === now} onChange={() => choose(colour)} />
            <span class="label-dot" aria-hidden="true" />
            {text.colours[colour]}
          </label>
        ))}
      </div>
    </Dialog>
  )
}

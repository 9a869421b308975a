/** The dialog by which mail is moved or labelled without dragging: type a part of the name, arrows, Enter. */
import { signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Dialog } from '../../kit/dialog.tsx'
import { Field } from '../../kit/field.tsx'
import { isComposing } from '../../kit/keys.ts'
import { label, moveTo } from '../actions/actions.ts'
import type { Target } from '../actions/targets.ts'
import type { Mailbox } from '../jmap/types.ts'
import { mailboxName } from '../mailboxes/names.ts'
import { mailboxTree } from '../store/mailboxes.ts'
import './choose-mailbox.css'
import { chosenCount, clearChoice } from './selection.ts'
import { words } from './words.ts'

export const choosing = signal<{ readonly for: 'move' | 'label'; readonly target: Target } | undefined>(undefined)

const folded = (text: string): string => text.normalize('NFKC').toLowerCase()

const matching = (wanted: string): readonly { readonly mailbox: Mailbox; readonly depth: number }[] =>
  mailboxTree.value.filter(({ mailbox }) => mailbox.myRights.mayAddItems && folded(mailboxName(mailbox)).includes(folded(wanted.trim())))

export const ChooseMailbox = (): JSX.Element | null => {
  const wanted = useSignal('')
  const at = useSignal(0)
  const asked = choosing.value
  if (asked === undefined) return null
  const text = words()
  const found = matching(wanted.value)
  const close = (): void => {
    choosing.value = undefined
    wanted.value = ''
    at.value = 0
  }
  const take = (mailbox: Mailbox | undefined): void => {
    if (mailbox === undefined) return
    close()
    clearChoice()
    void (asked.for === 'move' ? moveTo(asked.target, mailbox) : label(asked.target, mailbox, true))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return
    if (event.key === 'ArrowDown') at.value = Math.min(found.length - 1, at.value + 1)
    else if (event.key === 'ArrowUp') at.value = Math.max(0, at.value - 1)
    else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) take(found[at.value]?.mailbox)
    else return
    event.preventDefault()
  }
  const count = asked.target.is === 'these' ? asked.target.ids.length : chosenCount.value
  return (
    <Dialog title={asked.for === 'move' ? text.moveTitle(count) : text.labelTitle(count)} onClose={close}>
      <div class="choose" onKeyDown={onKeyDown}>
        <Field
          label={text.findMailbox}
          type="search"
          value={wanted.value}
          onInput={(value) => {
            wanted.value = value
            at.value = 0
          }}
        />
        <ul class="choose-list">
          {found.map(({ mailbox, depth }, index) => (
            <li key={mailbox.id}>
              <button
                type="button"
                class={`choose-item ${index === at.value ? 'choose-item-current' : ''}`}
                style={{ paddingInlineStart: `${0.75 + depth}rem` }}
                onClick={() => take(mailbox)}
              >
                {mailboxName(mailbox)}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}

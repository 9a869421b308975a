/** The dialog by which mail is moved without dragging: type a part of the name, arrows, Enter. */
import { signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Dialog } from '../../kit/dialog.tsx'
import { Field } from '../../kit/field.tsx'
import { isComposing } from '../../kit/keys.ts'
import { copyTo, moveTo } from '../actions/actions.ts'
import { accountOfTarget, type Target } from '../actions/targets.ts'
import type { Id, Mailbox } from '../jmap/types.ts'
import { mailboxName } from '../mailboxes/names.ts'
import { place } from '../place.ts'
import { mailboxTree } from '../store/mailboxes.ts'
import { accountOfMailbox, shareGroups, shareOfMailbox } from '../store/shares.ts'
import './choose-mailbox.css'
import { chosenCount, clearChoice } from './selection.ts'
import { words } from './words.ts'

/** `keeps`: it is copied to another account. */
export const choosing = signal<{ readonly target: Target; readonly keeps: boolean } | undefined>(undefined)

const folded = (text: string): string => text.normalize('NFKC').toLowerCase()

interface Offered {
  readonly mailbox: Mailbox
  readonly depth: number
  /** Of whom it is, where it is shared. */
  readonly owner?: string
}

const allOffered = (): readonly Offered[] => [
  ...mailboxTree.value,
  ...shareGroups.value.flatMap(({ list }) => list.map(({ mailbox, owner }) => ({ mailbox, depth: 0, owner }))),
]

const isHere = ({ id }: Mailbox): boolean => place.value.is === 'mailbox' && place.value.mailbox?.id === id

/** Within an account a second mailbox is a label; what lies here already is not moved here. */
const matching = (wanted: string, from: Id, keeps: boolean): readonly Offered[] =>
  allOffered().filter(({ mailbox, owner = '' }) => {
    if (isHere(mailbox)) return false
    if (!mailbox.myRights.mayAddItems || (keeps && accountOfMailbox(mailbox.id) === from) || shareOfMailbox(mailbox.id)?.accountId === from) return false
    return folded(`${mailboxName(mailbox)} ${owner}`).includes(folded(wanted.trim()))
  })

export const ChooseMailbox = (): JSX.Element | null => {
  const wanted = useSignal('')
  const at = useSignal(0)
  const asked = choosing.value
  if (asked === undefined) return null
  const text = words()
  const { target, keeps } = asked
  const found = matching(wanted.value, accountOfTarget(target), keeps)
  const close = (): void => {
    choosing.value = undefined
    wanted.value = ''
    at.value = 0
  }
  const take = (mailbox: Mailbox | undefined): void => {
    if (mailbox === undefined) return
    close()
    clearChoice()
    void (keeps ? copyTo(target, mailbox) : moveTo(target, mailbox))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return
    if (event.key === 'ArrowDown') at.value = Math.min(found.length - 1, at.value + 1)
    else if (event.key === 'ArrowUp') at.value = Math.max(0, at.value - 1)
    else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) take(found[at.value]?.mailbox)
    else return
    event.preventDefault()
  }
  const count = target.is === 'these' ? target.ids.length : chosenCount.value
  return (
    <Dialog title={keeps ? text.copyTitle(count) : text.moveTitle(count)} onClose={close}>
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
          {found.map(({ mailbox, depth, owner }, index) => (
            <li key={mailbox.id}>
              <button
                type="button"
                class={`choose-item ${index === at.value ? 'choose-item-current' : ''}`}
                style={{ paddingInlineStart: `${0.75 + depth}rem` }}
                onClick={() => take(mailbox)}
              >
                {mailboxName(mailbox)}
                {owner === undefined ? null : <span class="choose-owner one-line"><bdi>{owner}</bdi></span>}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}

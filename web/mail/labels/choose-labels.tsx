/** Labels of what is chosen, as check marks: those that only some of the messages have are neither on nor off until they are clicked. */
import { signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { Field } from '../../kit/field.tsx'
import { IconPlus } from '../../kit/icons.ts'
import { isComposing } from '../../kit/keys.ts'
import { toast } from '../../kit/toast.tsx'
import { relabel } from '../actions/actions.ts'
import { factsOf, type Target } from '../actions/targets.ts'
import { call } from '../jmap/client.ts'
import type { Id, Mailbox, SetAnswer } from '../jmap/types.ts'
import { clearChoice } from '../list/selection.ts'
import { mailboxName } from '../mailboxes/names.ts'
import { mailboxTree, refreshMailboxes } from '../store/mailboxes.ts'
import type { Patchable } from '../store/patch.ts'
import { colourOf } from './colours.ts'
import './labels.css'
import { isLabel, stateOf, turned, type LabelState } from './own-labels.ts'
import { words } from './words.ts'

export const labelling = signal<Target | undefined>(undefined)

const folded = (text: string): string => text.normalize('NFKC').toLowerCase().trim()

const makeLabel = async (name: string): Promise<Id | undefined> => {
  const answer = await call<SetAnswer<{ readonly id: Id }>>('Mailbox/set', { create: { label: { name, parentId: null } } }).catch(() => undefined)
  const id = answer?.created?.['label']?.id
  if (id === undefined) toast({ kind: 'error', text: words().madeFailed })
  else await refreshMailboxes()
  return id
}

interface ItemProps {
  readonly mailbox: Mailbox
  /** Undefined until it is known which labels the messages have: a click before would be about something else than what is seen after it. */
  readonly state: LabelState | undefined
  readonly onTurn: () => void
}

const Item = ({ mailbox, state, onTurn }: ItemProps): JSX.Element => (
  <li>
    <label class={`label-item label-${colourOf(mailbox.id)}`}>
      <input
        type="checkbox"
        checked={state === 'on'}
        disabled={state === undefined}
        ref={(box) => {
          if (box !== null) box.indeterminate = state === 'some'
        }}
        onChange={onTurn}
      />
      <span class="label-dot" aria-hidden="true" />
      <bdi class="one-line">{mailboxName(mailbox)}</bdi>
    </label>
  </li>
)

const close = (): void => {
  labelling.value = undefined
}

/** What is known of the messages; of a whole list nothing is, so a label of it is on for some until it is clicked. */
const useFacts = (target: Target): readonly Patchable[] | undefined => {
  const facts = useSignal<readonly Patchable[] | undefined>(undefined)
  useEffect(() => {
    if (target.is === 'these') factsOf(target, null, () => true).then((found) => (facts.value = found), close)
  }, [])
  return facts.value
}

const ChooseFor = ({ target }: { target: Target }): JSX.Element => {
  const wanted = useSignal('')
  const changes = useSignal<ReadonlyMap<Id, boolean>>(new Map())
  const facts = useFacts(target)
  const text = words()
  const labels = mailboxTree.value.map(({ mailbox }) => mailbox).filter((mailbox) => isLabel(mailbox) && mailbox.myRights.mayAddItems)
  const found = labels.filter((mailbox) => folded(mailboxName(mailbox)).includes(folded(wanted.value)))
  const isNew = wanted.value.trim() !== '' && !labels.some((mailbox) => folded(mailboxName(mailbox)) === folded(wanted.value))
  const stateNow = ({ id }: Mailbox): LabelState | undefined => {
    const changed = changes.value.get(id)
    if (changed !== undefined) return changed ? 'on' : 'off'
    if (target.is === 'all') return 'some'
    return facts === undefined ? undefined : stateOf(id, facts)
  }
  /** False where that can't be said yet. */
  const turn = (mailbox: Mailbox): boolean => {
    const state = stateNow(mailbox)
    if (state !== undefined) changes.value = new Map(changes.value).set(mailbox.id, turned(state))
    return state !== undefined
  }
  const make = async (): Promise<void> => {
    const id = await makeLabel(wanted.value.trim().normalize('NFC'))
    if (id === undefined) return
    changes.value = new Map(changes.value).set(id, true)
    wanted.value = ''
  }
  const apply = (): void => {
    close()
    clearChoice()
    if (changes.value.size > 0) void relabel(target, changes.value)
  }
  /** Wherever the focus is: a check box, or what is looked for. */
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event) || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    apply()
  }
  const onKeyDownInField = (event: KeyboardEvent): void => {
    if (isComposing(event) || event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const [first] = found
    if (wanted.value.trim() === '') apply()
    else if (first !== undefined) {
      if (turn(first)) wanted.value = ''
    } else void make()
  }
  return (
    <Dialog title={target.is === 'these' ? text.title(target.ids.length) : text.titleAll} onClose={close} actions={
      <>
        <Button label={text.cancel} onClick={close} />
        <Button label={text.apply} kind="primary" onClick={apply} />
      </>
    }>
      <div class="label-choose" onKeyDown={onKeyDown}>
        <div onKeyDown={onKeyDownInField}>
          <Field label={text.find} type="search" value={wanted.value} onInput={(value) => (wanted.value = value)} />
        </div>
        {labels.length === 0 && !isNew ? <p class="label-hint">{text.none}</p> : (
          <ul class="label-list" aria-label={text.labels}>
            {found.map((mailbox) => <Item key={mailbox.id} mailbox={mailbox} state={stateNow(mailbox)} onTurn={() => void turn(mailbox)} />)}
          </ul>
        )}
        {isNew ? <Button label={text.make(wanted.value.trim())} icon={IconPlus} kind="quiet" onClick={() => void make()} /> : null}
        <p class="label-hint">{text.hint}</p>
      </div>
    </Dialog>
  )
}

export const ChooseLabels = (): JSX.Element | null => (labelling.value === undefined ? null : <ChooseFor target={labelling.value} />)

/** Making, renaming and removing mailboxes. */
import { signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { Field } from '../../kit/field.tsx'
import { toast } from '../../kit/toast.tsx'
import { words as kitWords } from '../../kit/words.ts'
import { moveTo } from '../actions/actions.ts'
import { accountId } from '../jmap/account.ts'
import { call } from '../jmap/client.ts'
import type { Id, Mailbox, SetAnswer, SetError } from '../jmap/types.ts'
import { mailboxOfRole, mailboxTree, refreshMailboxes } from '../store/mailboxes.ts'
import { accountOfMailbox, refreshShare } from '../store/shares.ts'
import { mailboxName } from './names.ts'
import { words } from './words.ts'

type Asked =
  | { readonly is: 'create'; readonly parentId: Id | null }
  | { readonly is: 'rename'; readonly mailbox: Mailbox }
  | { readonly is: 'remove'; readonly mailbox: Mailbox; readonly hasChildren: boolean }

const asked = signal<Asked | undefined>(undefined)

export const askMailbox = (question: Asked): void => {
  asked.value = question
}

const close = (): void => {
  asked.value = undefined
}

const errorIn = (answer: SetAnswer): SetError | undefined =>
  [answer.notCreated, answer.notUpdated, answer.notDestroyed].flatMap((refused) => Object.values(refused ?? {}))[0]

const wordsFor = (error: SetError): string => {
  const text = words()
  if (error.type === 'mailboxHasChild') return text.hasChildren
  return error.properties?.includes('name') === true || error.type === 'alreadyExists' ? text.nameTaken : text.failed
}

/** Undefined: it is done. `of`: the account it is done in, the own one or a share's. */
const set = async (of: Id, args: Record<string, unknown>): Promise<string | undefined> => {
  try {
    const error = errorIn(await call<SetAnswer>('Mailbox/set', { accountId: of, ...args }))
    if (error !== undefined) return wordsFor(error)
    await (of === accountId() ? refreshMailboxes() : refreshShare(of))
    return undefined
  } catch {
    return words().failed
  }
}

const ParentField = ({ value, onChange }: { value: Id | null; onChange: (id: Id | null) => void }): JSX.Element => {
  const id = useId()
  const text = words()
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {text.parent}
      </label>
      <select id={id} class="input" value={value ?? ''} onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}>
        <option value="">{text.top}</option>
        {mailboxTree.value
          .filter(({ mailbox }) => mailbox.myRights.mayCreateChild)
          .map(({ mailbox, depth }) => (
            <option key={mailbox.id} value={mailbox.id}>{`${'　'.repeat(depth)}${mailboxName(mailbox)}`}</option>
          ))}
      </select>
    </div>
  )
}

const NameDialog = ({ question }: { question: Extract<Asked, { is: 'create' | 'rename' }> }): JSX.Element => {
  const text = words()
  const name = useSignal(question.is === 'rename' ? question.mailbox.name : '')
  const parentId = useSignal(question.is === 'rename' ? question.mailbox.parentId : question.parentId)
  const error = useSignal<string | undefined>(undefined)
  const busy = useSignal(false)
  const of = question.is === 'rename' ? accountOfMailbox(question.mailbox.id) : accountId()
  // A share is one mailbox: there is no other that it could be in.
  const hasPlace = of === accountId()
  const save = async (): Promise<void> => {
    const wanted = { name: name.value.trim().normalize('NFC'), ...(hasPlace ? { parentId: parentId.value } : {}) }
    if (wanted.name === '') {
      error.value = text.nameMissing
      return
    }
    busy.value = true
    error.value = await set(of, question.is === 'create' ? { create: { new: wanted } } : { update: { [question.mailbox.id]: wanted } })
    busy.value = false
    if (error.value !== undefined) return
    toast({ text: text.saved, ms: 3000 })
    close()
  }
  return (
    <Dialog title={question.is === 'create' ? text.create : text.rename} onClose={close}>
      <form
        class="mailbox-form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Field label={text.name} value={name.value} onInput={(value) => (name.value = value)} error={error.value} maxLength={200} />
        {hasPlace ? <ParentField value={parentId.value} onChange={(id) => (parentId.value = id)} /> : null}
        <div class="mailbox-form-foot">
          <Button label={kitWords().cancel} onClick={close} />
          <Button label={text.save} kind="primary" type="submit" disabled={busy.value} />
        </div>
      </form>
    </Dialog>
  )
}

const RemoveDialog = ({ question }: { question: Extract<Asked, { is: 'remove' }> }): JSX.Element => {
  const text = words()
  const { mailbox, hasChildren } = question
  const error = useSignal<string | undefined>(undefined)
  const remove = async (): Promise<void> => {
    // Its mail goes to the trash first, where it can be had back: nothing is deleted with its mailbox.
    const [trash, of] = [mailboxOfRole('trash'), accountOfMailbox(mailbox.id)]
    if (mailbox.totalEmails > 0 && trash !== undefined) await moveTo({ is: 'all', accountId: of, filter: { inMailbox: mailbox.id } }, trash)
    error.value = await set(of, { destroy: [mailbox.id], onDestroyRemoveEmails: false })
    if (error.value !== undefined) return
    toast({ text: text.removed(mailboxName(mailbox)) })
    close()
  }
  return (
    <Dialog
      title={text.removeTitle(mailboxName(mailbox))}
      onClose={close}
      actions={
        <>
          <Button label={kitWords().cancel} onClick={close} />
          <Button label={text.remove} kind="danger" disabled={hasChildren} onClick={() => void remove()} />
        </>
      }
    >
      <p>{hasChildren ? text.hasChildren : text.removeHint(mailbox.totalEmails)}</p>
      {error.value === undefined ? null : (
        <p class="field-error" role="alert">
          {error.value}
        </p>
      )}
    </Dialog>
  )
}

export const MailboxDialogs = (): JSX.Element | null => {
  const question = asked.value
  if (question === undefined) return null
  return question.is === 'remove' ? <RemoveDialog question={question} /> : <NameDialog question={question} />
}

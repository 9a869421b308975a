/** One identity, edited. Nothing is kept before it is saved. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { Choice } from '../../../kit/choice.tsx'
import { Dialog } from '../../../kit/dialog.tsx'
import { Field } from '../../../kit/field.tsx'
import { toast } from '../../../kit/toast.tsx'
import { badBcc, editedOf, isGood, isTooLong, nameCharsMax, newOf, shownSender, type Edited, type Identity } from './editing.ts'
import { saveIdentity } from './identity-store.ts'
import { RichSignature } from './rich-signature.tsx'
import { words } from './words.ts'

export interface IdentitySheetProps {
  /** Undefined: a new one. */
  readonly identity: Identity | undefined
  /** Addresses a new one can have. */
  readonly addresses: readonly string[]
  readonly onClose: () => void
}

const PlainSignature = ({ value, onInput }: { value: string; onInput: (value: string) => void }): JSX.Element => {
  const id = useId()
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {words().plainLabel}
      </label>
      <textarea id={id} class="input plain-signature" rows={6} value={value} onInput={(event) => onInput(event.currentTarget.value)} />
    </div>
  )
}

const AddressChoice = ({ value, addresses, onChange }: { value: string; addresses: readonly string[]; onChange: (value: string) => void }): JSX.Element => {
  const id = useId()
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {words().address}
      </label>
      <select id={id} class="input" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {addresses.map((address) => (
          <option key={address} value={address}>
            {address}
          </option>
        ))}
      </select>
    </div>
  )
}

export const IdentitySheet = ({ identity, addresses, onClose }: IdentitySheetProps): JSX.Element => {
  const text = words()
  const edited = useSignal<Edited>(identity === undefined ? newOf(addresses[0] ?? '') : editedOf(identity))
  const isSaving = useSignal(false)
  const set = (change: Partial<Edited>): void => {
    edited.value = { ...edited.value, ...change }
  }
  const { email, name, bcc, kind } = edited.value
  const save = async (): Promise<void> => {
    isSaving.value = true
    const done = await saveIdentity(identity?.id, edited.value).catch(() => false)
    isSaving.value = false
    toast(done ? { text: text.saved } : { text: text.failed, kind: 'error' })
    if (done) onClose()
  }
  return (
    <Dialog
      wide
      title={identity === undefined ? text.add : text.editOf(email)}
      onClose={onClose}
      actions={
        <>
          <Button label={text.cancel} onClick={onClose} />
          <Button kind="primary" label={text.save} disabled={isSaving.value || !isGood(edited.value)} onClick={() => void save()} />
        </>
      }
    >
      <div class="identity-form">
        {identity === undefined ? <AddressChoice value={email} addresses={addresses} onChange={(value) => set({ email: value })} /> : null}
        <Field label={text.name} value={name} hint={text.nameHint} maxLength={nameCharsMax} autocomplete="name" onInput={(value) => set({ name: value })} />
        <p class="identity-preview">
          <span>{text.preview}</span>
          <output>{shownSender(name, email)}</output>
        </p>
        <Choice
          label={text.kind}
          value={kind}
          options={[{ value: 'plain', label: text.plain }, { value: 'rich', label: text.rich }]}
          onChange={(value) => set({ kind: value })}
        />
        {kind === 'rich' ? (
          <RichSignature html={edited.value.html} text={edited.value.text} onChange={(html, plain) => set({ html, text: plain })} />
        ) : (
          <PlainSignature value={edited.value.text} onInput={(value) => set({ text: value, html: '' })} />
        )}
        {isTooLong(edited.value) ? (
          <p class="field-error" role="alert">
            {text.tooLong}
          </p>
        ) : null}
        <Field
          label={text.bcc} value={bcc} hint={text.bccHint} error={badBcc(edited.value) ? text.badAddress : undefined}
          onInput={(value) => set({ bcc: value })}
        />
      </div>
    </Dialog>
  )
}

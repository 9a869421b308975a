/** The current password, the new one, and what a change does, said before anything is typed. What is wrong is said at its field, which has the focus then. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useId, useRef } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import '../../../kit/field.css'
import { PasswordField } from '../../../sign-in/password-field.tsx'
import { loadDevices } from '../devices/devices.ts'
import { changePassword, ownLogin, type Flaw, type Outcome } from './change-password.ts'
import { words } from './words.ts'

type Trouble = Exclude<Outcome, 'done'> | 'noCurrent' | 'noFresh'

const ofCurrent: ReadonlySet<Trouble> = new Set(['noCurrent', 'wrong'])
const flaws: readonly Flaw[] = ['same', 'tooShort', 'tooLong', 'controlCharacter', 'ownName', 'common']
const ofFresh: ReadonlySet<Trouble> = new Set<Trouble>(['noFresh', ...flaws])

const troubleOf = (current: string, fresh: string): Trouble | undefined => {
  if (current === '') return 'noCurrent'
  return fresh === '' ? 'noFresh' : undefined
}

export const PasswordForm = (): JSX.Element => {
  const id = useId()
  const currentInput = useRef<HTMLInputElement>(null)
  const freshInput = useRef<HTMLInputElement>(null)
  const trouble = useSignal<Trouble | undefined>(undefined)
  const working = useSignal(false)
  const done = useSignal(false)
  const text = words()

  const complain = (why: Trouble): void => {
    trouble.value = why
    const input = ofCurrent.has(why) ? currentInput.current : ofFresh.has(why) ? freshInput.current : null
    input?.focus()
    input?.select()
  }

  const submit = async (form: HTMLFormElement): Promise<void> => {
    if (working.value) return
    // Read from the fields themselves: password managers fill them in their own ways.
    const fields = new FormData(form)
    const current = String(fields.get('current-password') ?? '')
    const fresh = String(fields.get('new-password') ?? '')
    done.value = false
    const missing = troubleOf(current, fresh)
    if (missing !== undefined) return complain(missing)
    trouble.value = undefined
    working.value = true
    const outcome = await changePassword(current, fresh)
    working.value = false
    if (outcome !== 'done') return complain(outcome)
    form.reset()
    done.value = true
    void loadDevices()
  }

  const at = (set: ReadonlySet<Trouble>): string | undefined => (trouble.value !== undefined && set.has(trouble.value) ? text[trouble.value] : undefined)
  const general = trouble.value === undefined || ofCurrent.has(trouble.value) || ofFresh.has(trouble.value) ? undefined : text[trouble.value]
  return (
    <form
      class="password-form"
      noValidate
      aria-labelledby={`${id}-heading`}
      aria-busy={working.value}
      onSubmit={(event) => {
        event.preventDefault()
        void submit(event.currentTarget)
      }}
    >
      <h3 id={`${id}-heading`}>{text.password}</h3>
      <p class="settings-hint">{text.effect}</p>
      <div class="field">
        <label class="field-label" for={`${id}-login`}>{text.account}</label>
        <input id={`${id}-login`} class="input" type="text" name="username" autocomplete="username" readOnly value={ownLogin()} />
      </div>
      <PasswordField label={text.current} name="current-password" inputRef={currentInput} error={at(ofCurrent)} />
      <PasswordField label={text.fresh} name="new-password" inputRef={freshInput} error={at(ofFresh)} describedBy={`${id}-rules`}>
        <ul class="password-rules" id={`${id}-rules`}>
          {text.rules.map((rule) => <li key={rule}>{rule}</li>)}
        </ul>
      </PasswordField>
      <div role="alert">{general === undefined ? null : <p class="password-trouble">{general}</p>}</div>
      <Button kind="primary" type="submit" label={working.value ? text.working : text.submit} />
      <p class="password-done" role="status">{done.value ? text.done : ''}</p>
    </form>
  )
}

/** Login, password, one button. What is wrong is said at its field, and for the whole form above the button; the focus goes where to mend it. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { plainLogin, signIn, type SignInOutcome } from '../session/sign-in.ts'
import '../kit/button.css'
import '../kit/field.css'
import { PasswordField } from './password-field.tsx'
import './sign-in-form.css'
import { words } from './words.ts'

export interface SignInFormProps {
  /** Who signs in again; null: whoever it is. */
  readonly login: string | null
  readonly onIn: () => void
}

type Trouble = Exclude<SignInOutcome, 'in'> | 'noLogin' | 'notWhole' | 'noPassword'

const ofLogin: ReadonlySet<Trouble> = new Set(['noLogin', 'notWhole'])

const troubleOf = (login: string, password: string): Trouble | undefined => {
  if (login === '') return 'noLogin'
  if (!/.[@%]./.test(login)) return 'notWhole'
  return password === '' ? 'noPassword' : undefined
}

export const SignInForm = ({ login: known, onIn }: SignInFormProps): JSX.Element => {
  const id = useId()
  const loginInput = useRef<HTMLInputElement>(null)
  const passwordInput = useRef<HTMLInputElement>(null)
  const trouble = useSignal<Trouble | undefined>(undefined)
  const working = useSignal(false)
  const text = words()
  // Who is known has only the password to say.
  useEffect(() => {
    if (known !== null) passwordInput.current?.focus()
  }, [])

  const complain = (why: Trouble): void => {
    trouble.value = why
    const input = ofLogin.has(why) ? loginInput.current : passwordInput.current
    input?.focus()
    if (why === 'wrong') input?.select()
  }

  const submit = async (form: HTMLFormElement): Promise<void> => {
    if (working.value) return
    // Read from the fields themselves: password managers fill them in their own ways.
    const fields = new FormData(form)
    const login = known ?? plainLogin(String(fields.get('username') ?? ''))
    const password = String(fields.get('password') ?? '')
    const flaw = troubleOf(login, password)
    if (flaw !== undefined) return complain(flaw)
    trouble.value = undefined
    working.value = true
    const outcome = await signIn({ login, password, remember: fields.get('remember') === 'on' })
    working.value = false
    if (outcome === 'in') onIn()
    else complain(outcome)
  }

  const loginTrouble = trouble.value !== undefined && ofLogin.has(trouble.value) ? text[trouble.value] : undefined
  const general = trouble.value === undefined || ofLogin.has(trouble.value) || trouble.value === 'noPassword' ? undefined : text[trouble.value]
  return (
    <form
      class="sign-in-form"
      noValidate
      aria-busy={working.value}
      onSubmit={(event) => {
        event.preventDefault()
        void submit(event.currentTarget)
      }}
    >
      <div class="field">
        <label class="field-label" for={`${id}-login`}>
          {text.login}
        </label>
        <input
          ref={loginInput}
          id={`${id}-login`}
          class="input"
          type="text"
          inputMode="email"
          name="username"
          autocomplete="username"
          autocapitalize="off"
          spellcheck={false}
          readOnly={known !== null}
          defaultValue={known ?? ''}
          aria-invalid={loginTrouble !== undefined}
          aria-describedby={loginTrouble === undefined ? undefined : `${id}-login-error`}
        />
        {loginTrouble === undefined ? null : (
          <p class="field-error" id={`${id}-login-error`}>
            {loginTrouble}
          </p>
        )}
      </div>
      <PasswordField inputRef={passwordInput} error={trouble.value === 'noPassword' ? text.noPassword : undefined} />
      <div class="sign-in-remember">
        <input type="checkbox" id={`${id}-remember`} name="remember" aria-describedby={`${id}-remember-hint`} />
        <div>
          <label for={`${id}-remember`}>{text.remember}</label>
          <p id={`${id}-remember-hint`}>{text.rememberHint}</p>
        </div>
      </div>
      <div role="alert">{general === undefined ? null : <p class="sign-in-trouble">{general}</p>}</div>
      <button type="submit" class="button button-primary sign-in-submit">
        {working.value ? text.working : text.submit}
      </button>
    </form>
  )
}

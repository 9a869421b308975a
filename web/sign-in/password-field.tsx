/** A password: pasted, filled in by a manager, shown when asked. It says what goes wrong most: Caps Lock, and letters of an input method. */
import { signal, useSignal } from '@preact/signals'
import type { ComponentChildren, JSX, Ref } from 'preact'
import { useId } from 'preact/hooks'
import { IconEye, IconEyeOff } from './icons.ts'
import './password-field.css'
import { words } from './words.ts'

export interface PasswordFieldProps {
  readonly error: string | undefined
  readonly inputRef: Ref<HTMLInputElement>
  /** Not given: the password of a sign-in. */
  readonly label?: string
  /** Of the field in its form; a password manager knows by it what to fill in. */
  readonly name?: 'password' | 'current-password' | 'new-password'
  /** Id of what stands in `children` and is said with the field. */
  readonly describedBy?: string
  /** Between label and field: what the password has to be, before it is typed. */
  readonly children?: ComponentChildren
}

const capsLock = signal(false)
// Any letter of an input method; what a person chose on purpose still goes through.
const hasWide = (text: string): boolean => /[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff9f]/.test(text)

export const PasswordField = ({ error, inputRef, label, name = 'password', describedBy = '', children }: PasswordFieldProps): JSX.Element => {
  const id = useId()
  const shown = useSignal(false)
  const wide = useSignal(false)
  const text = words()
  const hint = wide.value ? text.wide : capsLock.value ? text.capsLock : undefined
  const toggle = shown.value ? text.hide : text.show
  const described = [describedBy, hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].filter((part) => part !== '').join(' ')
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label ?? text.password}
      </label>
      {children}
      <div class="password-line">
        <input
          ref={inputRef}
          id={id}
          class="input"
          // The types of JSX tell every kind of input apart.
          type={(shown.value ? 'text' : 'password') as 'password'}
          name={name}
          autocomplete={name === 'new-password' ? 'new-password' : 'current-password'}
          autocapitalize="off"
          spellcheck={false}
          aria-invalid={error !== undefined}
          aria-describedby={described === '' ? undefined : described}
          onInput={(event) => {
            wide.value = hasWide(event.currentTarget.value)
          }}
          onKeyUp={(event) => {
            capsLock.value = event.getModifierState('CapsLock')
          }}
          onBlur={() => {
            capsLock.value = false
          }}
        />
        <button
          type="button"
          class="password-eye"
          aria-label={label === undefined ? toggle : `${label}: ${toggle}`}
          aria-pressed={shown.value}
          onClick={() => {
            shown.value = !shown.value
          }}
        >
          {shown.value ? <IconEyeOff /> : <IconEye />}
        </button>
      </div>
      <p class="password-hint" id={`${id}-hint`} role="status">
        {hint ?? ''}
      </p>
      {error === undefined ? null : (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  )
}

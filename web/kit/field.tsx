import type { JSX, Ref } from 'preact'
import { useId } from 'preact/hooks'
import './field.css'

export interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly type?: 'text' | 'email' | 'password' | 'search' | 'date' | 'number' | 'url' | 'tel'
  readonly name?: string
  readonly autocomplete?: string
  readonly error?: string | undefined
  readonly hint?: string | undefined
  readonly required?: boolean
  readonly inputRef?: Ref<HTMLInputElement>
  readonly maxLength?: number
}

/** A line of text with its label above, a hint and an error below, all tied together for screen readers. */
export const Field = (props: FieldProps): JSX.Element => {
  const id = useId()
  // The types of JSX tell every kind of input apart; this one may be several.
  const type = (props.type ?? 'text') as 'text'
  const described = [props.hint === undefined ? '' : `${id}-hint`, props.error === undefined ? '' : `${id}-error`].join(' ').trim()
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {props.label}
      </label>
      <input
        ref={props.inputRef ?? null}
        id={id}
        class="input"
        type={type}
        name={props.name}
        value={props.value}
        autocomplete={props.autocomplete}
        required={props.required}
        maxLength={props.maxLength}
        aria-invalid={props.error !== undefined}
        aria-describedby={described === '' ? undefined : described}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      {props.hint === undefined ? null : (
        <p class="field-label" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      {props.error === undefined ? null : (
        <p class="field-error" id={`${id}-error`} role="alert">
          {props.error}
        </p>
      )}
    </div>
  )
}

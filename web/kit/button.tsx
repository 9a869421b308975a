import type { ComponentChildren, JSX, Ref } from 'preact'
import './button.css'
import type { Icon } from './icon.tsx'

export interface ButtonProps {
  readonly label: string
  readonly onClick?: ((event: MouseEvent) => void) | undefined
  readonly icon?: Icon
  /** Where only the icon is seen the label is its name and its tip. */
  readonly iconOnly?: boolean
  readonly kind?: 'plain' | 'primary' | 'quiet' | 'danger'
  readonly type?: 'button' | 'submit'
  readonly disabled?: boolean | undefined
  readonly pressed?: boolean | undefined
  readonly expanded?: boolean | undefined
  readonly controls?: string | undefined
  readonly hasPopup?: 'menu' | 'dialog' | undefined
  /** As `aria-keyshortcuts` writes it, e.g. `Shift+I`. */
  readonly keys?: string | undefined
  readonly class?: string
  readonly buttonRef?: Ref<HTMLButtonElement>
  readonly tabIndex?: number | undefined
  readonly children?: ComponentChildren
}

export const Button = (props: ButtonProps): JSX.Element => {
  const { label, icon: Picture, iconOnly = false, kind = 'plain', type = 'button' } = props
  return (
    <button
      ref={props.buttonRef ?? null}
      type={type}
      class={`button button-${kind} ${iconOnly ? 'button-icon' : ''} ${props.class ?? ''}`}
      onClick={props.onClick}
      disabled={props.disabled}
      tabIndex={props.tabIndex}
      aria-label={iconOnly ? label : undefined}
      data-tip={iconOnly ? label : undefined}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      aria-controls={props.controls}
      aria-haspopup={props.hasPopup}
      aria-keyshortcuts={props.keys}
    >
      {Picture === undefined ? null : <Picture />}
      {iconOnly ? null : <span class="button-label">{label}</span>}
      {props.children}
    </button>
  )
}

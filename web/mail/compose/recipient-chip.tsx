import type { JSX } from 'preact'
import { Button } from '../../kit/button.tsx'
import { IconClose } from '../../kit/icons.ts'
import { hasOddLocalPart, type Address } from './address.ts'
import { words } from './words.ts'

export interface RecipientChipProps {
  readonly address: Address
  readonly onOpen: (near: HTMLElement) => void
  readonly onRemove: () => void
}

const neighbour = (from: HTMLElement, key: string): HTMLElement | null | undefined => {
  const chip = from.closest('li')
  const to = key === 'ArrowLeft' ? chip?.previousElementSibling : chip?.nextElementSibling
  return to?.querySelector<HTMLElement>('.chip-name, input')
}

/** The name opens what can be done with it; the cross takes it away. */
export const RecipientChip = ({ address, onOpen, onRemove }: RecipientChipProps): JSX.Element => (
  <li class={`chip ${hasOddLocalPart(address.email) ? 'chip-odd' : ''}`}>
    <button
      type="button"
      class="chip-name"
      data-tip={address.name === null ? undefined : address.email}
      aria-haspopup="menu"
      onClick={(event) => onOpen(event.currentTarget)}
      onKeyDown={(event) => {
        if (event.key === 'Delete' || event.key === 'Backspace') {
          event.preventDefault()
          onRemove()
        } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
          event.preventDefault()
          neighbour(event.currentTarget, event.key)?.focus()
        }
      }}
    >
      {address.name ?? address.email}
    </button>
    <Button
      class="chip-remove"
      kind="quiet"
      label={`${words().removeRecipient}: ${address.name ?? address.email}`}
      icon={IconClose}
      iconOnly
      onClick={onRemove}
      tabIndex={-1}
    />
  </li>
)

import type { JSX } from 'preact'
import { Button } from '../../../kit/button.tsx'
import type { Identity } from './editing.ts'
import { words } from './words.ts'

export interface IdentityRowProps {
  readonly identity: Identity
  readonly onEdit: () => void
  readonly onRemove: () => void
}

export const IdentityRow = ({ identity, onEdit, onRemove }: IdentityRowProps): JSX.Element => {
  const text = words()
  const { name, email, textSignature, mayDelete } = identity
  return (
    <li class="identity">
      <div class="identity-facts">
        <h3 class={name === '' ? 'identity-unnamed' : ''}>{name === '' ? text.unnamed : name}</h3>
        <p class="identity-address">{email}</p>
        {textSignature.trim() === '' ? (
          <p class="identity-none">{text.noSignature}</p>
        ) : (
          <figure class="identity-signature">
            <figcaption>{text.signature}</figcaption>
            <div class="identity-text">{textSignature}</div>
          </figure>
        )}
      </div>
      <div class="identity-actions">
        {mayDelete ? <Button kind="quiet" label={text.remove} onClick={onRemove} /> : null}
        <Button label={text.edit} onClick={onEdit} />
      </div>
    </li>
  )
}

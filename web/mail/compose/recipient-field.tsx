/**
 * A line of recipients: chips, and a field that offers people by name, address and reading (ARIA combobox with a list).
 * While an input method composes, Enter and the arrows are its own: nothing is picked, nothing is sent.
 */
import type { JSX } from 'preact'
import { useId, useLayoutEffect, useState } from 'preact/hooks'
import { MenuList } from '../../kit/menu.tsx'
import { addressKey, hasOddLocalPart, type Address } from './address.ts'
import type { Composer } from './composer.ts'
import { loadKnown } from './recipients-known.ts'
import { RecipientChip } from './recipient-chip.tsx'
import { useRecipientLine, type LineControls, type RecipientLine } from './recipient-line.ts'
import { SuggestionList } from './suggestion-list.tsx'
import { words } from './words.ts'

export interface RecipientFieldProps {
  readonly composer: Composer
  readonly line: RecipientLine
  readonly autoFocus?: boolean
}

interface InputProps {
  readonly id: string
  readonly controls: LineControls
  readonly describedBy: string | undefined
}

const Input = ({ id, controls, describedBy }: InputProps): JSX.Element => {
  const { offered, chosen, typed } = controls
  return (
    <input
      ref={controls.input}
      id={id}
      class="chips-field"
      type="text"
      role="combobox"
      inputMode="email"
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      aria-autocomplete="list"
      aria-expanded={offered.length > 0}
      aria-controls={`${id}-list`}
      aria-activedescendant={chosen >= 0 && chosen < offered.length ? `${id}-${chosen}` : undefined}
      aria-describedby={describedBy}
      value={typed}
      onFocus={() => void loadKnown()}
      onInput={(event) => controls.type(event.currentTarget.value, event.isComposing)}
      onKeyDown={(event) => controls.key(event)}
      onPaste={(event) => {
        const pasted = event.clipboardData?.getData('text/plain') ?? ''
        if (!/@|＠/u.test(pasted)) return
        event.preventDefault()
        controls.finish(typed + pasted)
      }}
      onBlur={() => controls.finish(typed)}
    />
  )
}

export const RecipientField = ({ composer, line, autoFocus = false }: RecipientFieldProps): JSX.Element => {
  const text = words()
  const id = useId()
  const controls = useRecipientLine(composer, line)
  const [menuAt, setMenuAt] = useState<{ readonly address: Address; readonly near: HTMLElement } | undefined>()
  const list = composer.draft.value[line]
  // Before anything is drawn: who types on at once types into the line, not the shortcuts of the page.
  useLayoutEffect(() => {
    if (autoFocus) controls.focus()
  }, [])
  const odd = list.filter(({ email }) => hasOddLocalPart(email))
  return (
    <div class="compose-line recipients" onClick={(event) => event.target === event.currentTarget && controls.focus()}>
      <label class="compose-label" for={id}>
        {text[line]}
      </label>
      <ul class="chips" aria-label={text[line]} onClick={(event) => event.target === event.currentTarget && controls.focus()}>
        {list.map((address) => (
          <RecipientChip
            key={addressKey(address.email)} address={address}
            onOpen={(near) => setMenuAt({ address, near })} onRemove={() => controls.remove(address)}
          />
        ))}
        <li class="chips-input">
          <Input id={id} controls={controls} describedBy={odd.length > 0 ? `${id}-odd` : undefined} />
        </li>
      </ul>
      <SuggestionList id={id} offered={controls.offered} chosen={controls.chosen} onPick={controls.pick} />
      {odd.length > 0 ? (
        <p class="compose-note" id={`${id}-odd`}>
          {text.oddAddress(odd.map(({ email }) => email).join(', '))}
        </p>
      ) : null}
      {menuAt === undefined ? null : (
        <MenuList
          label={menuAt.address.name ?? menuAt.address.email}
          items={controls.menuOf(menuAt.address)}
          near={menuAt.near}
          onClose={(returnFocus) => {
            if (returnFocus && menuAt.near.isConnected) menuAt.near.focus()
            setMenuAt(undefined)
          }}
        />
      )}
    </div>
  )
}

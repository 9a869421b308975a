/**
 * A line of recipients: chips, and a field that offers people by name, address and reading (ARIA combobox with a list).
 * While an input method composes, Enter and the arrows are its own: nothing is picked, nothing is sent.
 */
import type { JSX } from 'preact'
import { useId, useRef, useState } from 'preact/hooks'
import { isComposing } from '../../kit/keys.ts'
import { announce } from '../../kit/live.tsx'
import { MenuList } from '../../kit/menu.tsx'
import { addressKey, hasOddLocalPart, readRecipients, withoutDoubles, writeAddress, type Address } from './address.ts'
import { edit, type Composer } from './composer.ts'
import { suggestionsFor, type Suggestion } from './people.ts'
import { knownGroups, knownPeople, loadKnown } from './recipients-known.ts'
import { RecipientChip } from './recipient-chip.tsx'
import { SuggestionList } from './suggestion-list.tsx'
import { words } from './words.ts'

export type RecipientLine = 'to' | 'cc' | 'bcc'

export interface RecipientFieldProps {
  readonly composer: Composer
  readonly line: RecipientLine
  readonly autoFocus?: boolean
}

const taken = ({ to, cc, bcc }: { to: readonly Address[]; cc: readonly Address[]; bcc: readonly Address[] }): Set<string> =>
  new Set([...to, ...cc, ...bcc].map(({ email }) => addressKey(email)))

const addressesOf = (suggestion: Suggestion): Address[] =>
  (suggestion.is === 'person' ? [suggestion.person] : suggestion.group.members).map(({ name, email }) => ({ name, email }))

const others: Record<RecipientLine, readonly RecipientLine[]> = { to: ['cc', 'bcc'], cc: ['to', 'bcc'], bcc: ['to', 'cc'] }

/** What is typed and not yet an address belongs to the draft too. */
const typeInto = (composer: Composer, line: RecipientLine, text: string): void => {
  const typed = { ...composer.typed.value, [line]: text }
  composer.typed.value = typed
  const unfinished = [typed.to, typed.cc, typed.bcc].filter((part) => part.trim() !== '').join(', ')
  if (unfinished !== composer.draft.value.unfinished) edit(composer, { unfinished })
}

export const RecipientField = ({ composer, line, autoFocus = false }: RecipientFieldProps): JSX.Element => {
  const text = words()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const typed = composer.typed.value[line]
  const setTyped = (next: string): void => typeInto(composer, line, next)
  const [chosen, setChosen] = useState(-1)
  const [isOpen, setOpen] = useState(false)
  const [menuAt, setMenuAt] = useState<{ readonly address: Address; readonly near: HTMLElement } | undefined>()
  const list = composer.draft.value[line]
  const offered = isOpen ? suggestionsFor(typed, knownPeople.value, knownGroups.value, taken(composer.draft.value)) : []
  const add = (addresses: readonly Address[]): void => {
    edit(composer, { [line]: withoutDoubles([...composer.draft.value[line], ...addresses]) })
    const last = addresses.at(-1)
    if (last !== undefined) announce(text.recipientAdded(addresses.length === 1 ? (last.name ?? last.email) : String(addresses.length)))
  }
  const remove = (address: Address): void => {
    edit(composer, { [line]: composer.draft.value[line].filter((one) => one !== address) })
    announce(text.recipientRemoved(address.name ?? address.email))
    input.current?.focus()
  }
  const pick = (suggestion: Suggestion): void => {
    add(addressesOf(suggestion))
    setTyped('')
    setOpen(false)
    setChosen(-1)
    input.current?.focus()
  }
  /** Turns what was typed into chips; what cannot be read stays as text. */
  const finish = (typedNow: string): void => {
    setOpen(false)
    if (typedNow.trim() === '') return
    const { addresses, rest } = readRecipients(typedNow)
    if (addresses.length > 0) add(addresses)
    if (addresses.length > 0 || rest.length === 0) setTyped(rest.join(', '))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event) || event.ctrlKey || event.metaKey) return
    const suggestion = offered[chosen]
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (offered.length === 0) return
      event.preventDefault()
      setChosen((chosen + (event.key === 'ArrowDown' ? 1 : chosen < 0 ? offered.length : offered.length - 1)) % offered.length)
    } else if (event.key === 'Escape' && isOpen && offered.length > 0) {
      event.preventDefault()
      event.stopPropagation()
      setOpen(false)
    } else if (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey && suggestion !== undefined)) {
      event.preventDefault()
      const firstMatch = offered[0]
      if (suggestion !== undefined) pick(suggestion)
      else if (event.key === 'Enter' && readRecipients(typed).addresses.length === 0 && firstMatch !== undefined) pick(firstMatch)
      else finish(typed)
    } else if (event.key === 'Backspace' && typed === '') {
      const last = list.at(-1)
      if (last !== undefined) remove(last)
    } else if (event.key === 'ArrowLeft' && typed === '') {
      const chips = input.current?.closest('.recipients')?.querySelectorAll<HTMLElement>('.chip-name')
      chips?.[chips.length - 1]?.focus()
    }
  }
  const onInput = (event: InputEvent & { currentTarget: HTMLInputElement }): void => {
    const { value } = event.currentTarget
    setOpen(true)
    setChosen(-1)
    if (!event.isComposing && /[,;、，；]\s*$/u.test(value)) finish(value)
    else setTyped(value)
  }
  const onPaste = (event: ClipboardEvent): void => {
    const pasted = event.clipboardData?.getData('text/plain') ?? ''
    if (!/@|＠/u.test(pasted)) return
    event.preventDefault()
    finish(typed + pasted)
  }
  const menuItems = (address: Address) => [
    {
      label: text.editRecipient,
      run: () => {
        remove(address)
        setTyped(writeAddress(address))
      },
    },
    {
      label: text.copyAddress,
      run: () => void navigator.clipboard.writeText(writeAddress(address)).then(() => announce(text.copied)),
    },
    ...others[line].map((other) => ({
      label: text.moveTo(text[other]),
      run: () => {
        const draft = composer.draft.value
        edit(composer, { [line]: draft[line].filter((one) => one !== address), [other]: withoutDoubles([...draft[other], address]) })
        if (other !== 'to') composer.showCopies.value = true
      },
    })),
    { label: text.removeRecipient, run: () => remove(address), apart: true },
  ]
  const odd = list.filter(({ email }) => hasOddLocalPart(email))
  return (
    <div class="compose-line recipients" onClick={(event) => event.target === event.currentTarget && input.current?.focus()}>
      <label class="compose-label" for={id}>
        {text[line]}
      </label>
      <ul class="chips" aria-label={text[line]} onClick={(event) => event.target === event.currentTarget && input.current?.focus()}>
        {list.map((address) => (
          <RecipientChip key={addressKey(address.email)} address={address} onOpen={(near) => setMenuAt({ address, near })} onRemove={() => remove(address)} />
        ))}
        <li class="chips-input">
          <input
            ref={input}
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
            aria-describedby={odd.length > 0 ? `${id}-odd` : undefined}
            autofocus={autoFocus}
            value={typed}
            onFocus={() => void loadKnown()}
            onInput={onInput}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
            onBlur={() => {
              setOpen(false)
              finish(typed)
            }}
          />
        </li>
      </ul>
      <SuggestionList id={id} offered={offered} chosen={chosen} onPick={pick} />
      {odd.length > 0 ? (
        <p class="compose-note" id={`${id}-odd`}>
          {text.oddAddress(odd.map(({ email }) => email).join(', '))}
        </p>
      ) : null}
      {menuAt === undefined ? null : (
        <MenuList
          label={menuAt.address.name ?? menuAt.address.email}
          items={menuItems(menuAt.address)}
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

import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { IconClose, IconFilter, IconSearch } from '../../kit/icons.ts'
import { isComposing } from '../../kit/keys.ts'
import { MenuButton } from '../../kit/menu.tsx'
import { goTo } from '../../kit/router.ts'
import { pathOfMailbox, pathOfSearch, searchHere, shareHere } from '../place.ts'
import './search-box.css'
import { words } from './words.ts'

export const searchInputId = 'search-input'

/** A shared mailbox is searched by itself. */
const back = (): string => {
  const share = shareHere.peek()
  return share === undefined ? '/' : pathOfMailbox(share.mailbox)
}

/** A half typed word never searches: Enter does, and not while an input method composes. */
export const SearchBox = (): JSX.Element => {
  const text = words()
  const typed = useSignal('')
  const input = useRef<HTMLInputElement>(null)
  // The place is another whenever counts of its mailbox are: what is being typed stays.
  const shown = useComputed(() => searchHere.value ?? '')
  useSignalEffect(() => {
    typed.value = shown.value
  })
  const within = useComputed(() => shareHere.value?.mailbox.name)
  const name = within.value === undefined ? text.search : text.searchIn(within.value)
  const add = (operator: string): void => {
    typed.value = `${typed.value.trimEnd()} ${operator}`.trimStart()
    requestAnimationFrame(() => {
      input.current?.focus()
      input.current?.setSelectionRange(typed.value.length, typed.value.length)
    })
  }
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        const wanted = typed.value.trim()
        goTo(wanted === '' ? back() : pathOfSearch(wanted, shareHere.peek()?.mailbox.id))
        input.current?.blur()
      }}
    >
      <IconSearch class="search-icon" />
      <input
        ref={input}
        id={searchInputId}
        class="search-input"
        type="search"
        enterkeyhint="search"
        autocomplete="off"
        spellcheck={false}
        maxLength={1000}
        aria-label={name}
        aria-keyshortcuts="/"
        placeholder={name}
        value={typed.value}
        onInput={(event) => (typed.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && isComposing(event)) event.preventDefault()
          else if (event.key === 'Escape' && !isComposing(event)) event.currentTarget.blur()
        }}
      />
      {searchHere.value !== undefined ? <Button label={text.clear} icon={IconClose} iconOnly kind="quiet" onClick={() => goTo(back())} /> : null}
      <MenuButton
        label={text.conditions}
        icon={IconFilter}
        iconOnly
        kind="quiet"
        items={() => text.chips.map(([label, operator]) => ({ label, hint: operator.trim(), run: () => add(operator) }))}
      />
    </form>
  )
}

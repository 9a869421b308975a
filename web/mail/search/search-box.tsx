import { useSignal, useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { IconClose, IconFilter, IconSearch } from '../../kit/icons.ts'
import { isComposing } from '../../kit/keys.ts'
import { MenuButton } from '../../kit/menu.tsx'
import { goTo } from '../../kit/router.ts'
import { pathOfSearch, place } from '../place.ts'
import './search-box.css'
import { words } from './words.ts'

export const searchInputId = 'search-input'

/** A half typed word never searches: Enter does, and not while an input method composes. */
export const SearchBox = (): JSX.Element => {
  const text = words()
  const typed = useSignal('')
  const input = useRef<HTMLInputElement>(null)
  useSignalEffect(() => {
    typed.value = place.value.is === 'search' ? place.value.search : ''
  })
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
        goTo(wanted === '' ? '/' : pathOfSearch(wanted))
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
        aria-label={text.search}
        aria-keyshortcuts="/"
        placeholder={text.search}
        value={typed.value}
        onInput={(event) => (typed.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && isComposing(event)) event.preventDefault()
          else if (event.key === 'Escape' && !isComposing(event)) event.currentTarget.blur()
        }}
      />
      {place.value.is === 'search' ? <Button label={text.clear} icon={IconClose} iconOnly kind="quiet" onClick={() => goTo('/')} /> : null}
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

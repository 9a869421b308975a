import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { announce } from '../../kit/live.tsx'
import type { Suggestion } from './people.ts'
import { words } from './words.ts'

export interface SuggestionListProps {
  /** Of the field; the list is `ID-list`, its rows `ID-0` and on. */
  readonly id: string
  readonly offered: readonly Suggestion[]
  readonly chosen: number
  readonly onPick: (suggestion: Suggestion) => void
}

const Row = ({ suggestion }: { suggestion: Suggestion }): JSX.Element => {
  if (suggestion.is === 'group') {
    return (
      <>
        <span class="suggestion-name">{suggestion.group.name}</span>
        <span class="suggestion-address">{words().groupOf(suggestion.group.members.length)}</span>
      </>
    )
  }
  const { name, email, yomi, organization } = suggestion.person
  return (
    <>
      <span class="suggestion-name">
        {name ?? email}
        {yomi === '' ? null : <span class="suggestion-yomi">{yomi}</span>}
      </span>
      <span class="suggestion-address">{[name === null ? '' : email, organization].filter((part) => part !== '').join(' ・ ')}</span>
    </>
  )
}

export const SuggestionList = ({ id, offered, chosen, onPick }: SuggestionListProps): JSX.Element => {
  const count = offered.length
  useEffect(() => {
    if (count > 0) announce(words().suggestionsCount(count))
  }, [count])
  return (
    <ul id={`${id}-list`} class="suggestions" role="listbox" aria-label={words().suggestions} hidden={count === 0}>
      {offered.map((suggestion, at) => (
        <li
          key={suggestion.is === 'person' ? suggestion.person.email : suggestion.group.name}
          id={`${id}-${at}`}
          class="suggestion"
          role="option"
          aria-selected={at === chosen}
          // The field keeps the focus: pressing must not take it away before the click.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onPick(suggestion)}
        >
          <Row suggestion={suggestion} />
        </li>
      ))}
    </ul>
  )
}

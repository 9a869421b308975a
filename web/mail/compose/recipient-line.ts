/** What can be done to a line of recipients; the component draws it. */
import { useRef, useState } from 'preact/hooks'
import type { Ref } from 'preact'
import { isComposing } from '../../kit/keys.ts'
import { announce } from '../../kit/live.tsx'
import type { MenuItem } from '../../kit/menu.tsx'
import { addressKey, readRecipients, withoutDoubles, writeAddress, type Address } from './address.ts'
import { edit, type Composer } from './composer.ts'
import type { Draft } from './draft.ts'
import { suggestionsFor, type Suggestion } from './people.ts'
import { knownGroups, knownPeople } from './recipients-known.ts'
import { words } from './words.ts'

export type RecipientLine = 'to' | 'cc' | 'bcc'

const taken = ({ to, cc, bcc }: Draft): Set<string> => new Set([...to, ...cc, ...bcc].map(({ email }) => addressKey(email)))

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

export interface LineControls {
  readonly input: Ref<HTMLInputElement>
  readonly typed: string
  readonly offered: readonly Suggestion[]
  readonly chosen: number
  focus(): void
  remove(address: Address): void
  pick(suggestion: Suggestion): void
  /** Turns what was typed into chips; what cannot be read stays as text. */
  finish(typedNow: string): void
  type(value: string, composing: boolean): void
  /** Handles a key of the field; an input method's own keys are left to it. */
  key(event: KeyboardEvent): void
  menuOf(address: Address): readonly MenuItem[]
}

const menuOf = (composer: Composer, line: RecipientLine, address: Address, remove: (address: Address) => void): readonly MenuItem[] => {
  const text = words()
  const moveTo = (other: RecipientLine): void => {
    const draft = composer.draft.value
    edit(composer, { [line]: draft[line].filter((one) => one !== address), [other]: withoutDoubles([...draft[other], address]) })
    if (other !== 'to') composer.showCopies.value = true
  }
  const rewrite = (): void => {
    remove(address)
    typeInto(composer, line, writeAddress(address))
  }
  return [
    { label: text.editRecipient, run: rewrite },
    { label: text.copyAddress, run: () => void navigator.clipboard.writeText(writeAddress(address)).then(() => announce(text.copied)) },
    ...others[line].map((other) => ({ label: text.moveTo(text[other]), run: () => moveTo(other) })),
    { label: text.removeRecipient, run: () => remove(address), apart: true },
  ]
}

interface KeyPlace {
  readonly offered: readonly Suggestion[]
  readonly chosen: number
  readonly typed: string
  readonly last: Address | undefined
}

interface KeyActs {
  choose(at: number): void
  close(): void
  pick(suggestion: Suggestion): void
  finish(): void
  remove(address: Address): void
}

/** Enter takes the chosen suggestion, else what reads as an address, else the first that is offered. */
const enter = ({ offered, chosen, typed }: KeyPlace, acts: KeyActs): void => {
  const suggestion = offered[chosen] ?? (readRecipients(typed).addresses.length === 0 ? offered[0] : undefined)
  if (suggestion !== undefined) acts.pick(suggestion)
  else acts.finish()
}

const handleKey = (event: KeyboardEvent, place: KeyPlace, acts: KeyActs): void => {
  const { offered, chosen, typed, last } = place
  const count = offered.length
  if (isComposing(event) || event.ctrlKey || event.metaKey) return
  if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && count > 0) {
    event.preventDefault()
    acts.choose((event.key === 'ArrowDown' ? chosen + 1 : chosen <= 0 ? count - 1 : chosen - 1) % count)
  } else if (event.key === 'Escape' && count > 0) {
    event.preventDefault()
    event.stopPropagation()
    acts.close()
  } else if (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey && chosen >= 0 && count > 0)) {
    event.preventDefault()
    enter(place, acts)
  } else if (event.key === 'Backspace' && typed === '' && last !== undefined) acts.remove(last)
  else if (event.key === 'ArrowLeft' && typed === '' && event.target instanceof Element) {
    const chips = event.target.closest('.recipients')?.querySelectorAll<HTMLElement>('.chip-name')
    chips?.[chips.length - 1]?.focus()
  }
}

export const useRecipientLine = (composer: Composer, line: RecipientLine): LineControls => {
  const text = words()
  const input = useRef<HTMLInputElement>(null)
  const [chosen, setChosen] = useState(-1)
  const [isOpen, setOpen] = useState(false)
  const typed = composer.typed.value[line]
  const offered = isOpen ? suggestionsFor(typed, knownPeople.value, knownGroups.value, taken(composer.draft.value)) : []
  const focus = (): void => input.current?.focus()
  const close = (): void => {
    setOpen(false)
    setChosen(-1)
  }
  const add = (addresses: readonly Address[]): void => {
    edit(composer, { [line]: withoutDoubles([...composer.draft.value[line], ...addresses]) })
    announce(text.recipientAdded(addresses.map(({ name, email }) => name ?? email).slice(0, 3).join(', ')))
  }
  const remove = (address: Address): void => {
    edit(composer, { [line]: composer.draft.value[line].filter((one) => one !== address) })
    announce(text.recipientRemoved(address.name ?? address.email))
    focus()
  }
  const pick = (suggestion: Suggestion): void => {
    add(addressesOf(suggestion))
    typeInto(composer, line, '')
    close()
    focus()
  }
  const finish = (typedNow: string): void => {
    close()
    if (typedNow.trim() === '') return
    const { addresses, rest } = readRecipients(typedNow)
    if (addresses.length > 0) add(addresses)
    typeInto(composer, line, addresses.length > 0 ? rest.join(', ') : typedNow.trim())
  }
  const type = (value: string, composing: boolean): void => {
    setOpen(true)
    setChosen(-1)
    if (!composing && /[,;、，；]\s*$/u.test(value)) finish(value)
    else typeInto(composer, line, value)
  }
  const last = composer.draft.value[line].at(-1)
  const key = (event: KeyboardEvent): void =>
    handleKey(event, { offered, chosen, typed, last }, { choose: setChosen, close, pick, finish: () => finish(typed), remove })
  return { input, typed, offered, chosen, focus, remove, pick, finish, type, key, menuOf: (address) => menuOf(composer, line, address, remove) }
}

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Field } from '../../kit/field.tsx'
import { announce } from '../../kit/live.tsx'
import { goOnFrom, goTo } from '../../kit/router.ts'
import { cards, createCard, updateCard } from './book.ts'
import { isGroup, nameOf, type Card } from './card.ts'
import { found, listed } from './card-order.ts'
import { pathOfCard } from './card-path.ts'
import { saveProblem } from './contact-editor.tsx'
import { contactWords } from './contact-words.ts'

const without = (all: ReadonlySet<string>, one: string): Set<string> => new Set([...all].filter((other) => other !== one))

/** A group is a card whose members are named by their uids (RFC 9553 section 2.1.6). */
const groupOf = (before: Card | undefined, name: string, members: ReadonlySet<string>): Card => ({
  ...before,
  '@type': 'Card',
  version: '1.0',
  kind: 'group',
  name: { ...before?.name, full: name.trim() },
  members: Object.fromEntries([...members].map((uid) => [uid, true as const])),
})

export const GroupEditor = ({ before }: { before: Card | undefined }): JSX.Element => {
  const text = contactWords()
  const [name, setName] = useState(before === undefined ? '' : nameOf(before))
  const [members, setMembers] = useState<ReadonlySet<string>>(new Set(Object.keys(before?.members ?? {})))
  const [wanted, setWanted] = useState('')
  const [problem, setProblem] = useState<string | undefined>()
  const people = found(listed((cards.value ?? []).filter((card) => !isGroup(card))), wanted)
  const save = async (): Promise<void> => {
    const here = location.pathname
    if (name.trim() === '') return setProblem(text.groupNeedsName)
    try {
      const group = groupOf(before, name, members)
      const id = before === undefined ? await createCard(group) : (await updateCard(before, group), before.id)
      announce(text.saved)
      goOnFrom(here, pathOfCard(id))
    } catch (error) {
      setProblem(saveProblem(error))
    }
  }
  return (
    <form
      class="contact-form"
      aria-label={before === undefined ? text.newGroup : text.editGroup}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <h2>{before === undefined ? text.newGroup : text.editGroup}</h2>
      <Field label={text.groupName} value={name} error={problem} onInput={setName} maxLength={500} />
      <fieldset class="group-members">
        <legend>
          {text.members} ({text.people(members.size)})
        </legend>
        <Field label={text.search} type="search" value={wanted} onInput={setWanted} />
        <ul class="group-people">
          {people.slice(0, 500).map(({ card, name: person, yomi }) => (
            <li key={card.id}>
              <label class="group-person">
                <input
                  type="checkbox" checked={members.has(card.uid ?? '')}
                  onChange={() => setMembers(members.has(card.uid ?? '') ? without(members, card.uid ?? '') : new Set([...members, card.uid ?? '']))}
                />
                <span>
                  {person} <span class="contact-yomi">{yomi}</span>
                </span>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      <div class="contact-actions">
        <Button label={text.cancel} onClick={() => goTo(pathOfCard(before?.id), 'replace')} />
        <Button label={text.save} kind="primary" type="submit" />
      </div>
    </form>
  )
}

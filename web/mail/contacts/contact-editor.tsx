/** The form of one contact. 姓 and 名 with their readings stand first, the address in the order it is written in Japan. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Field } from '../../kit/field.tsx'
import { IconPlus } from '../../kit/icons.ts'
import { announce } from '../../kit/live.tsx'
import { goOnFrom, goTo } from '../../kit/router.ts'
import { isAddress } from '../compose/address.ts'
import { createCard, NotSaved, updateCard } from './book.ts'
import type { Card } from './card.ts'
import { pathOfCard } from './card-path.ts'
import { contactWords } from './contact-words.ts'
import { cardOf, type PersonForm } from './person-form.ts'

type Line = Exclude<keyof PersonForm, 'emails' | 'phones' | 'note'>

const groups: readonly (readonly Line[])[] = [
  ['surname', 'given', 'surnameYomi', 'givenYomi'],
  ['organization', 'organizationYomi', 'department', 'title'],
]
const places: readonly Line[] = ['postcode', 'region', 'locality', 'street']

interface ListFieldProps {
  readonly label: string
  readonly more: string
  readonly type: 'text' | 'tel'
  readonly values: readonly string[]
  readonly errorOf: (value: string) => string | undefined
  readonly onChange: (values: readonly string[]) => void
}

const ListField = ({ label, more, type, values, errorOf, onChange }: ListFieldProps): JSX.Element => (
  <div class="contact-list-field">
    {values.map((value, at) => (
      <Field
        key={String(at)} label={at === 0 ? label : `${label} ${at + 1}`} type={type} value={value} error={errorOf(value)} maxLength={254} autocomplete="off"
        onInput={(next) => onChange(values.map((one, other) => (other === at ? next : one)))}
      />
    ))}
    <Button label={more} icon={IconPlus} kind="quiet" onClick={() => onChange([...values, ''])} />
  </div>
)

const problemOf = (form: PersonForm): string | undefined => {
  const text = contactWords()
  const emails = form.emails.map((email) => email.trim()).filter((email) => email !== '')
  if ((form.surname + form.given + form.organization).trim() === '' && emails.length === 0) return text.needsSomething
  return emails.every(isAddress) ? undefined : text.badAddress
}

export const saveProblem = (error: unknown): string => {
  const text = contactWords()
  return error instanceof NotSaved && /quota|limit/iu.test(error.type) ? text.tooMany : text.notSaved
}

/** `before`: undefined for a new one. */
export const ContactEditor = ({ before, start }: { before: Card | undefined; start: PersonForm }): JSX.Element => {
  const text = contactWords()
  const [form, setForm] = useState(start)
  const [problem, setProblem] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)
  const set = (change: Partial<PersonForm>): void => {
    setForm({ ...form, ...change })
    setProblem(undefined)
  }
  const save = async (): Promise<void> => {
    const here = location.pathname
    const wrong = problemOf(form)
    setProblem(wrong)
    if (wrong !== undefined) return
    setBusy(true)
    try {
      const card = cardOf(form, before)
      const id = before === undefined ? await createCard(card) : (await updateCard(before, card), before.id)
      announce(text.saved)
      goOnFrom(here, pathOfCard(id))
    } catch (error) {
      setProblem(saveProblem(error))
      setBusy(false)
    }
  }
  const line = (name: Line): JSX.Element => (
    <Field key={name} label={text[name]} value={form[name]} onInput={(value) => set({ [name]: value })} maxLength={500} autocomplete="off" />
  )
  return (
    <form
      class="contact-form"
      aria-label={before === undefined ? text.newTitle : text.editTitle}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <h2>{before === undefined ? text.newTitle : text.editTitle}</h2>
      {groups.map((names) => (
        <div key={names[0]} class="contact-pair">
          {names.map(line)}
        </div>
      ))}
      <ListField
        label={text.email} more={text.moreEmail} type="text" values={form.emails} onChange={(emails) => set({ emails })}
        errorOf={(value) => (problem !== undefined && value.trim() !== '' && !isAddress(value.trim()) ? text.badAddress : undefined)}
      />
      <ListField label={text.phone} more={text.morePhone} type="tel" values={form.phones} onChange={(phones) => set({ phones })} errorOf={() => undefined} />
      <div class="contact-pair">{places.map(line)}</div>
      <label class="field">
        <span class="field-label">{text.note}</span>
        <textarea class="input contact-note-field" rows={4} value={form.note} onInput={(event) => set({ note: event.currentTarget.value })} />
      </label>
      {problem === undefined ? null : (
        <p class="field-error" role="alert">
          {problem}
        </p>
      )}
      <div class="contact-actions">
        <Button label={text.cancel} onClick={() => goTo(pathOfCard(before?.id), 'replace')} />
        <Button label={text.save} kind="primary" type="submit" disabled={busy} />
      </div>
    </form>
  )
}

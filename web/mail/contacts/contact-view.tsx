import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { IconCompose } from '../../kit/icons.ts'
import { announce } from '../../kit/live.tsx'
import { goOnFrom, goTo } from '../../kit/router.ts'
import { toast } from '../../kit/toast.tsx'
import { compose } from '../compose/requests.ts'
import { cards, destroyCards } from './book.ts'
import { firstOf, groupsOfCards, isGroup, nameOf, yomiOf, type Card } from './card.ts'
import { pathOfCard } from './card-path.ts'
import { contactWords } from './contact-words.ts'
import { formOf } from './person-form.ts'

const Fact = ({ name, children }: { name: string; children: ComponentChildren }): JSX.Element => (
  <div class="contact-fact">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

const Person = ({ card }: { card: Card }): JSX.Element => {
  const text = contactWords()
  const form = formOf(card)
  const name = nameOf(card)
  const emails = form.emails.filter((email) => email !== '')
  const phones = form.phones.filter((phone) => phone !== '')
  const company = [form.organization, form.department, form.title].filter((part) => part !== '').join(' ')
  const place = [form.postcode === '' ? '' : `〒${form.postcode}`, form.region + form.locality, form.street].filter((part) => part !== '').join(' ')
  return (
    <dl class="contact-facts">
      {emails.map((email) => (
        <Fact key={email} name={text.email}>
          <span class="contact-email">{email}</span>
          <Button label={text.writeTo(email)} icon={IconCompose} iconOnly kind="quiet" onClick={() => compose({ is: 'new', to: [{ name, email }] })} />
        </Fact>
      ))}
      {phones.map((phone) => (
        <Fact key={phone} name={text.phone}>
          <a href={`tel:${phone.normalize('NFKC').replace(/[^\d+]/gu, '')}`}>{phone}</a>
        </Fact>
      ))}
      {company === '' ? null : <Fact name={text.organization}>{company}</Fact>}
      {place === '' ? null : <Fact name={text.address}>{place}</Fact>}
      {form.note === '' ? null : (
        <Fact name={text.note}>
          <span class="contact-note">{form.note}</span>
        </Fact>
      )}
    </dl>
  )
}

const membersOf = (card: Card): readonly Card[] => (cards.value ?? []).filter(({ uid }) => uid !== undefined && card.members?.[uid] === true)

const GroupMembers = ({ card }: { card: Card }): JSX.Element => {
  const text = contactWords()
  const members = membersOf(card)
  return (
    <>
      <h3>{text.members}</h3>
      {members.length === 0 ? <p>{text.noMembers}</p> : null}
      <ul class="contact-members">
        {members.map((member) => (
          <li key={member.id}>
            <a href={pathOfCard(member.id)}>{nameOf(member)}</a> <span class="contact-below">{firstOf(member.emails)?.address}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

const recipientsOf = (card: Card): { name: string | null; email: string }[] => {
  const people = isGroup(card)
    ? (groupsOfCards([card, ...membersOf(card)])[0]?.members ?? [])
    : Object.values(card.emails ?? {}).slice(0, 1).map(({ address }) => ({ name: nameOf(card), email: address }))
  return people.map(({ name, email }) => ({ name, email }))
}

export const ContactView = ({ card }: { card: Card }): JSX.Element => {
  const text = contactWords()
  const [asking, setAsking] = useState(false)
  const name = nameOf(card)
  const to = recipientsOf(card)
  const remove = (): void => {
    setAsking(false)
    const here = location.pathname
    destroyCards([card.id ?? '']).then(
      () => {
        goOnFrom(here, '/contacts')
        announce(text.removed)
      },
      () => toast({ text: text.notSaved, kind: 'error' }),
    )
  }
  return (
    <article class="contact-card" aria-labelledby="contact-title">
      <header class="contact-head">
        <div>
          <h2 id="contact-title" tabIndex={-1}>
            {name}
          </h2>
          <p class="contact-yomi">{yomiOf(card)}</p>
        </div>
        <div class="contact-actions">
          {to.length === 0 ? null : <Button label={text.write} icon={IconCompose} kind="primary" onClick={() => compose({ is: 'new', to })} />}
          <Button label={text.edit} onClick={() => goTo(`${pathOfCard(card.id)}/edit`)} />
          <Button label={text.remove} kind="danger" onClick={() => setAsking(true)} />
        </div>
      </header>
      {isGroup(card) ? <GroupMembers card={card} /> : <Person card={card} />}
      {asking ? (
        <Dialog
          title={text.removeAsk(name)}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button label={text.cancel} onClick={() => setAsking(false)} />
              <Button label={text.remove} kind="danger" onClick={remove} />
            </>
          }
        >
          <p>{text.removeText}</p>
        </Dialog>
      ) : null}
    </article>
  )
}

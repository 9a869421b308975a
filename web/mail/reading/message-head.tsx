/** Who wrote to whom and when, with the address always in sight, and what is known of the sender in plain words. */
import type { JSX } from 'preact'
import { IconCheck, IconWarning } from '../../kit/icons.ts'
import { language } from '../../kit/language.ts'
import { dayAndTime, fullDate } from '../list/dates.ts'
import { sizeText } from './attachments.tsx'
import type { MessageView, ViewAddress } from './message-view.ts'
import { words } from './words.ts'

const namesShown = 3

const nameOf = ({ name, shown }: ViewAddress): string => name ?? shown

const Verified = ({ view }: { view: MessageView }): JSX.Element => {
  const text = words()
  const { state, domain } = view.verification
  if (view.official) return <p class="sender-state sender-verified"><IconCheck /> {text.officialSender}</p>
  if (state === 'failed') return <p class="sender-state sender-failed"><IconWarning /> {text.failedSender}</p>
  if (state === 'verified') return <p class="sender-state sender-verified"><IconCheck /> {text.verified(domain ?? '')}</p>
  if (state === 'customer') return <p class="sender-state sender-verified"><IconCheck /> {text.customer}</p>
  if (state === 'partly') return <p class="sender-state">{text.partly(domain ?? '')}</p>
  return <p class="sender-state">{state === 'own' ? text.own : text.unknownSender}</p>
}

const People = ({ label, list, count }: { label: string; list: readonly ViewAddress[]; count: number }): JSX.Element | null => {
  if (count === 0) return null
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {list.map(({ name, shown, email }, at) => (
          <span key={at} class="person"><bdi>{name === null ? shown : `${name} <${shown}>`}</bdi>{shown === email ? '' : ` (${email})`}</span>
        ))}
        {count > list.length ? <span class="person">… {count.toLocaleString()}</span> : null}
      </dd>
    </>
  )
}

const Details = ({ view }: { view: MessageView }): JSX.Element => {
  const text = words()
  const { spf, dkim, dmarc } = view.verification
  const checks = [['SPF', spf], ['DKIM', dkim], ['DMARC', dmarc]].filter(([, result]) => result !== null).map(([name, result]) => `${name}: ${result}`)
  return (
    <dl class="message-details">
      <People label={text.from} list={view.from} count={view.from.length} />
      <People label={text.replyTo} list={view.replyTo} count={view.replyTo.length} />
      <People label={text.to} list={view.to} count={view.counts.to} />
      <People label={text.cc} list={view.cc} count={view.counts.cc} />
      <People label={text.bcc} list={view.bcc} count={view.counts.bcc} />
      {view.sentAt === null ? null : <><dt>{text.date}</dt><dd>{fullDate(new Date(view.sentAt), language.value)}</dd></>}
      <dt>{text.received}</dt>
      <dd>{fullDate(new Date(view.receivedAt), language.value)}</dd>
      {checks.length === 0 ? null : <><dt>{text.checks}</dt><dd>{checks.join(' · ')}</dd></>}
      <dt>{text.size}</dt>
      <dd>{sizeText(view.sizeBytes)}</dd>
      {view.charset.used === '' ? null : <><dt>{text.readAs}</dt><dd>{view.charset.used}</dd></>}
    </dl>
  )
}

export const MessageHead = ({ view }: { view: MessageView }): JSX.Element => {
  const text = words()
  const [sender] = view.from
  const at = new Date(view.sentAt ?? view.receivedAt)
  const everyone = [...view.to, ...view.cc]
  const more = view.counts.to + view.counts.cc - Math.min(namesShown, everyone.length)
  const summary = everyone.length === 0 ? text.noRecipients : text.toShort(everyone.slice(0, namesShown).map(nameOf).join(text.and))
  return (
    <header class="message-head">
      <div class="message-avatar" aria-hidden="true">{[...(sender === undefined ? '?' : nameOf(sender))][0]?.toUpperCase()}</div>
      <div class="message-who">
        <p class="message-from">
          {sender === undefined ? <span>{text.unnamed}</span> : (
            <>
              <bdi class="message-name">{nameOf(sender)}</bdi>
              {sender.name === null ? null : <bdi class="message-address">&lt;{sender.shown}&gt;</bdi>}
            </>
          )}
        </p>
        <Verified view={view} />
        <details class="message-to">
          <summary>
            <bdi class="message-to-names">{summary}</bdi>
            {more > 0 ? <span>{text.andMore(more)}</span> : null}
            <span class="message-to-more">{text.details}</span>
          </summary>
          <Details view={view} />
        </details>
      </div>
      <time class="message-date" dateTime={at.toISOString()} title={fullDate(at, language.value)}>{dayAndTime(at, new Date(), language.value)}</time>
    </header>
  )
}

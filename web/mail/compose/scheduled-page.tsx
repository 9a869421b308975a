/** Mail that waits for its time: what it is, when it goes, and taking it back to change or to delete it. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { language } from '../../kit/language.ts'
import { announce } from '../../kit/live.tsx'
import { toast } from '../../kit/toast.tsx'
import { answersBy, unmarkCancelled } from './answer-marks.ts'
import { destroyDraft, scheduledMessages, takeBack, type ScheduledMessage } from './compose-server.ts'
import type { Draft } from './draft.ts'
import { dateWords } from './quote.ts'
import { compose } from './requests.ts'
import './scheduled.css'
import { scheduledWords } from './scheduled-words.ts'

const Row = ({ message, onGone }: { message: ScheduledMessage; onGone: () => void }): JSX.Element => {
  const text = scheduledWords()
  const title = message.subject === '' ? text.noSubject : message.subject
  const take = async (then: (answers: Draft['answers']) => void): Promise<void> => {
    const taken = await takeBack(message.submissionId).catch(() => false)
    onGone()
    if (!taken) return void toast({ text: text.tooLate, kind: 'error' })
    const answers = answersBy(message.emailId)
    void unmarkCancelled(message.emailId).catch(() => undefined)
    then(answers)
  }
  return (
    <li class="scheduled-row">
      <div class="scheduled-what">
        <p class="scheduled-title">{title}</p>
        <p class="scheduled-to">{message.to.map(({ name, email }) => name ?? email).join(', ')}</p>
        <p class="scheduled-at numbers">{text.goesAt(dateWords(message.sendAt, language.value))}</p>
      </div>
      <Button label={text.edit} onClick={() => void take((answers) => compose({ is: 'draft', emailId: message.emailId, answers }))} />
      <Button
        label={text.cancel}
        kind="danger"
        onClick={() =>
          void take(() => {
            announce(text.cancelled)
            toast({ text: text.cancelled, action: { label: text.remove, run: () => void destroyDraft(message.emailId) } })
          })
        }
      />
    </li>
  )
}

const ScheduledPage = (): JSX.Element => {
  const text = scheduledWords()
  const list = useSignal<readonly ScheduledMessage[] | undefined>(undefined)
  const failed = useSignal(false)
  const load = (): void => {
    failed.value = false
    scheduledMessages().then(
      (found) => (list.value = found),
      () => (failed.value = true),
    )
  }
  useEffect(load, [])
  const rows = list.value
  return (
    <div class="scheduled">
      <h1>{text.title}</h1>
      <p class="scheduled-hint">{text.hint}</p>
      {failed.value ? (
        <div role="alert">
          <p>{text.notLoaded}</p>
          <Button label={text.again} onClick={load} />
        </div>
      ) : null}
      {rows === undefined ? <p aria-busy="true" /> : rows.length === 0 ? <p>{text.none}</p> : null}
      <ul class="scheduled-rows" aria-label={text.title}>
        {(rows ?? []).map((message) => (
          <Row key={message.submissionId} message={message} onGone={load} />
        ))}
      </ul>
    </div>
  )
}

export default ScheduledPage

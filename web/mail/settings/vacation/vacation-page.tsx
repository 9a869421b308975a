/** 不在通知: VacationResponse (RFC 8621 section 8). */
import { useSignal, type Signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useId } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { Switch } from '../../../kit/choice.tsx'
import { Field } from '../../../kit/field.tsx'
import { announce } from '../../../kit/live.tsx'
import { toast } from '../../../kit/toast.tsx'
import { loadInEffect } from '../../frame/in-effect.tsx'
import { call } from '../../jmap/client.ts'
import type { GetAnswer } from '../../jmap/types.ts'
import { dayOf, endMoment, firstMoment, lastDayOf } from './dates.ts'
import './vacation.css'
import { words } from './words.ts'

interface VacationObject {
  readonly isEnabled: boolean
  readonly fromDate: string | null
  readonly toDate: string | null
  readonly subject: string | null
  readonly textBody: string | null
}

/** As it is typed. */
interface Form {
  readonly isEnabled: boolean
  readonly first: string
  readonly last: string
  readonly subject: string
  readonly text: string
}

const subjectCharsMax = 200
const textCharsMax = 16_384

const formOf = ({ isEnabled, fromDate, toDate, subject, textBody }: VacationObject): Form =>
  ({ isEnabled, first: dayOf(fromDate), last: lastDayOf(toDate), subject: subject ?? '', text: textBody ?? '' })

const objectOf = ({ isEnabled, first, last, subject, text }: Form): VacationObject => ({
  isEnabled,
  fromDate: firstMoment(first),
  toDate: endMoment(last),
  subject: subject.trim() === '' ? null : subject.trim(),
  textBody: text.trim() === '' ? null : text,
})

const load = async (): Promise<Form | null> => {
  try {
    const { list } = await call<GetAnswer<VacationObject>>('VacationResponse/get', { ids: ['singleton'] })
    return list[0] === undefined ? null : formOf(list[0])
  } catch {
    return null
  }
}

const store = async (form: Form): Promise<boolean> => {
  try {
    const answer = await call<{ readonly notUpdated: object | null }>('VacationResponse/set', { update: { singleton: objectOf(form) } })
    return answer.notUpdated === null
  } catch {
    return false
  }
}

const stateOf = (form: Form): string | undefined => {
  const text = words()
  if (!form.isEnabled) return undefined
  const nowMs = Date.now()
  const [from, to] = [firstMoment(form.first), endMoment(form.last)]
  if (to !== null && Date.parse(to) <= nowMs) return text.over
  return from !== null && Date.parse(from) > nowMs ? text.later : text.now
}

const VacationForm = ({ form, saved }: { readonly form: Signal<Form>; readonly saved: Signal<Form> }): JSX.Element => {
  const text = words()
  const id = useId()
  const tried = useSignal(false)
  const busy = useSignal(false)
  const { isEnabled, first, last, subject, text: body } = form.value
  const set = (changed: Partial<Form>): void => void (form.value = { ...form.value, ...changed })
  const badOrder = first !== '' && last !== '' && last < first
  const noText = isEnabled && body.trim() === ''
  const save = async (): Promise<void> => {
    tried.value = true
    if (badOrder || noText) return
    busy.value = true
    const done = await store(form.value)
    busy.value = false
    if (!done) return void toast({ text: text.notSaved, kind: 'error' })
    saved.value = form.value
    void loadInEffect().catch(() => undefined)
    tried.value = false
    announce(text.saved)
    toast({ text: text.saved })
  }
  const state = stateOf(saved.value)
  return (
    <form
      class="vacation"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      {state === undefined ? null : <p class="vacation-state">{state}</p>}
      <Switch label={text.isEnabled} value={isEnabled} onChange={(value) => set({ isEnabled: value })} />
      <div class="vacation-dates">
        <Field label={text.first} type="date" value={first} onInput={(value) => set({ first: value })} />
        <Field
          label={text.last}
          type="date"
          value={last}
          error={tried.value && badOrder ? text.badOrder : undefined}
          onInput={(value) => set({ last: value })}
        />
      </div>
      <Field label={text.subject} value={subject} hint={text.subjectHint} maxLength={subjectCharsMax} onInput={(value) => set({ subject: value })} />
      <div class="field">
        <label class="field-label" for={id}>
          {text.text}
        </label>
        <textarea
          id={id}
          class="input vacation-text"
          rows={9}
          maxLength={textCharsMax}
          value={body}
          aria-invalid={tried.value && noText}
          aria-describedby={tried.value && noText ? `${id}-error` : undefined}
          onInput={(event) => set({ text: event.currentTarget.value })}
        />
        {tried.value && noText ? (
          <p class="field-error" id={`${id}-error`} role="alert">
            {text.noText}
          </p>
        ) : null}
      </div>
      <div>
        <Button label={text.save} kind="primary" type="submit" disabled={busy.value} />
      </div>
    </form>
  )
}

const Loaded = ({ given }: { readonly given: Form }): JSX.Element => {
  const [form, saved] = [useSignal(given), useSignal(given)]
  return <VacationForm form={form} saved={saved} />
}

const VacationPage = (): JSX.Element => {
  const text = words()
  const found = useSignal<Form | null | undefined>(undefined)
  const read = (): void => {
    found.value = undefined
    void load().then((form) => (found.value = form))
  }
  useEffect(read, [])
  if (found.value === undefined) return <p aria-busy="true" />
  if (found.value === null) {
    return (
      <p role="alert">
        {text.failed} <Button label={text.again} onClick={read} />
      </p>
    )
  }
  return (
    <>
      <p class="settings-hint">{text.hint}</p>
      <Loaded given={found.value} />
    </>
  )
}

export default VacationPage

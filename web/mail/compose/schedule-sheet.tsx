import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { language } from '../../kit/language.ts'
import { delayMaxSeconds } from './compose-server.ts'
import type { Composer } from './composer.ts'
import { dateWords } from './quote.ts'
import { send } from './sending.ts'
import { readSchedule, schedulePresets, writeLocal } from './timing.ts'
import { words } from './words.ts'

const errors = { unreadable: 'timeUnreadable', past: 'timePast', tooFar: 'timeTooFar' } as const

export const ScheduleSheet = ({ composer }: { composer: Composer }): JSX.Element => {
  const text = words()
  const id = useId()
  const presets = schedulePresets(new Date()).filter(({ at }) => at.getTime() - Date.now() < delayMaxSeconds() * 1000)
  const [chosen, setChosen] = useState(writeLocal(presets[0]?.at ?? new Date(Date.now() + 3_600_000)))
  const [error, setError] = useState<string | undefined>()
  const close = (): void => {
    composer.sheet.value = 'none'
  }
  const goAt = (at: Date): void => {
    close()
    send(composer, { until: at })
  }
  const goChosen = (): void => {
    const answer = readSchedule(chosen, new Date(), delayMaxSeconds())
    if (answer.is === 'at') goAt(answer.at)
    else setError(text[errors[answer.is]])
  }
  return (
    <Dialog
      title={text.scheduleTitle}
      onClose={close}
      actions={
        <>
          <Button label={text.cancel} onClick={close} />
          <Button label={text.schedule} kind="primary" onClick={goChosen} />
        </>
      }
    >
      <ul class="schedule-presets">
        {presets.map(({ name, at }) => (
          <li key={name}>
            <button type="button" class="schedule-preset" onClick={() => goAt(at)}>
              <span>{text[name]}</span>
              <span class="schedule-at numbers">{dateWords(at, language.value)}</span>
            </button>
          </li>
        ))}
      </ul>
      <label class="field-label" for={id}>
        {text.chooseTime}
      </label>
      <input
        id={id}
        class="input"
        type="datetime-local"
        value={chosen}
        min={writeLocal(new Date())}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        onInput={(event) => {
          setChosen(event.currentTarget.value)
          setError(undefined)
        }}
      />
      {error === undefined ? null : (
        <p class="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </Dialog>
  )
}

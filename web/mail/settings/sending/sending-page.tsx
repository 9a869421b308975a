/** 送受信: how mail is written and sent. */
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Choice, Switch } from '../../../kit/choice.tsx'
import { announce } from '../../../kit/live.tsx'
import { confirmChoices, strictest } from '../../compose/confirm-recipients.ts'
import { attachmentReminder, brandConfirm, confirmRecipients, defaultFormat, followSettings, replyPosition, undoSeconds } from '../../compose/settings.ts'
import { undoSecondsChoices } from '../../compose/timing.ts'
import { sendingWords } from './words.ts'

const applied =
  <Value,>(set: (value: Value) => void) =>
  (value: Value): void => {
    set(value)
    announce(sendingWords().saved)
  }

const SendingPage = (): JSX.Element => {
  const text = sendingWords()
  const forced = brandConfirm.value
  useEffect(() => void followSettings(), [])
  return (
    <>
      <Choice
        label={text.undo}
        value={String(undoSeconds.value)}
        options={undoSecondsChoices.map((seconds) => ({ value: String(seconds), label: text.seconds(seconds) }))}
        onChange={applied((value) => (undoSeconds.value = Number(value)))}
      />
      <Choice
        label={text.confirm}
        value={strictest(confirmRecipients.value, forced)}
        options={confirmChoices.filter((choice) => strictest(choice, forced) === choice).map((value) => ({ value, label: text[value] }))}
        onChange={applied((value) => (confirmRecipients.value = value))}
      />
      <p class="settings-hint">{forced === 'off' ? text.confirmHint : text.confirmForced}</p>
      <Choice
        label={text.format}
        value={defaultFormat.value}
        options={[
          { value: 'rich', label: text.rich },
          { value: 'plain', label: text.plain },
        ]}
        onChange={applied((value) => (defaultFormat.value = value))}
      />
      <Choice
        label={text.reply}
        value={replyPosition.value}
        options={[
          { value: 'above', label: text.above },
          { value: 'below', label: text.below },
        ]}
        onChange={applied((value) => (replyPosition.value = value))}
      />
      <Switch
        label={text.reminder} hint={text.reminderHint} value={attachmentReminder.value}
        onChange={applied((value) => (attachmentReminder.value = value))}
      />
    </>
  )
}

export default SendingPage

/** 通知: whether this device is told of new mail while the page is closed. */
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { toast } from '../../../kit/toast.tsx'
import { loadPushNotices, notices, turnOff, turnOn } from '../../notifications/notifications.ts'
import './notifications.css'
import { words } from './words.ts'

const begin = async (): Promise<void> => {
  await turnOn()
  if (notices.value === 'on') toast({ text: words().isOn })
}

const end = async (): Promise<void> => {
  await turnOff()
  toast({ text: words().isOff })
}

const mayBegin = new Set(['off', 'asking', 'failed'])

export default function NotificationsPage(): JSX.Element {
  const text = words()
  const state = notices.value
  useEffect(() => void loadPushNotices(), [])
  return (
    <div class="notices">
      <p>{text.lead}</p>
      <p class={`notices-state notices-${state}`} role="status">
        {text[state]}
      </p>
      {mayBegin.has(state) ? <Button kind="primary" label={text.turnOn} disabled={state === 'asking'} onClick={() => void begin()} /> : null}
      {state === 'on' ? <Button label={text.turnOff} onClick={() => void end()} /> : null}
      {state === 'unable' ? null : <p class="notices-note">{text.ends}</p>}
    </div>
  )
}

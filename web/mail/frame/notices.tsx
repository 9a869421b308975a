/** Bars across the page: a broken connection, and an action on a whole mailbox; and new mail, said once. */
import { useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { IconOffline } from '../../kit/icons.ts'
import { announce } from '../../kit/live.tsx'
import { progress } from '../actions/progress.ts'
import { words as actionWords } from '../actions/words.ts'
import { connection } from '../jmap/connection.ts'
import { arrived } from '../store/sync.ts'
import { words } from '../words.ts'

const ProgressBar = (): JSX.Element | null => {
  const now = progress.value
  if (now === undefined) return null
  const text = actionWords()
  return (
    <div class="notice" role="status">
      <progress class="notice-progress" max={Math.max(1, now.total)} value={now.done} aria-label={text.progress} />
      <span class="numbers">{text.working(now.done, now.total)}</span>
      <Button label={text.stop} kind="quiet" onClick={now.stop} />
    </div>
  )
}

const useNews = (): void => {
  const told = useRef(0)
  useSignalEffect(() => {
    const count = arrived.value.length - told.current
    told.current = arrived.value.length
    if (count > 0) announce(words().newMail(count))
  })
}

export const Notices = (): JSX.Element => {
  useNews()
  return (
    <>
      {connection.value === 'broken' ? (
        <div class="notice notice-warn" role="status">
          <IconOffline />
          {words().broken}
        </div>
      ) : null}
      <ProgressBar />
    </>
  )
}

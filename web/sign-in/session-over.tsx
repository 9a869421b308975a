/**
 * What stands over the mail when its session is over: signing in again, as the same person, and everything goes on where it was. Requests wait
 * meanwhile (`session.ts`); nothing on the screen is thrown away.
 */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button } from '../kit/button.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { kept } from '../session/database.ts'
import { endSession, sessionState } from '../session/session.ts'
import './session-over.css'
import { SignInForm } from './sign-in-form.tsx'
import { words } from './words.ts'

const leave = async (): Promise<void> => {
  await endSession()
  location.replace('/sign-in')
}

const Sheet = (): JSX.Element | null => {
  const login = useSignal<string | null | undefined>(undefined)
  const text = words()
  useEffect(() => {
    kept('login').then(
      (found) => {
        login.value = typeof found === 'string' ? found : null
      },
      () => {
        login.value = null
      },
    )
  }, [])
  if (login.value === undefined) return null
  return (
    <Dialog
      title={text.overTitle}
      mustAnswer
      onClose={() => undefined}
      actions={<Button kind="quiet" label={text.otherAccount} onClick={() => void leave()} />}
    >
      <div class="session-over">
        <p>{text.over}</p>
        <SignInForm login={login.value} onIn={() => undefined} />
      </div>
    </Dialog>
  )
}

export const SessionOver = (): JSX.Element | null => (sessionState.value === 'over' ? <Sheet /> : null)

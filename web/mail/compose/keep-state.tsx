/** Whether what is typed is safe, in words, always in the same place. */
import type { JSX } from 'preact'
import { IconCheck, IconWarning } from '../../kit/icons.ts'
import { sessionState } from '../../session/session.ts'
import type { Composer } from './composer.ts'
import type { KeepStatus } from './draft-keeper.ts'
import { words } from './words.ts'

/** A save that waits for a new sign-in is one that has not happened. */
const trouble = (status: KeepStatus, signedOut: boolean): string | undefined => {
  const text = words()
  if (signedOut && status.is !== 'untouched' && status.is !== 'saved') return 'here' in status && !status.here ? text.signedOutNowhere : text.signedOutHere
  if (status.is === 'offline') return status.here ? text.offlineHere : text.offlineNowhere
  if (status.is !== 'refused') return undefined
  return { overQuota: text.overQuota, tooLarge: text.draftTooLarge, other: text.refused }[status.why]
}

export const KeepState = ({ composer }: { composer: Composer }): JSX.Element => {
  const text = words()
  const status = composer.keeper.status.value
  const bad = trouble(status, sessionState.value === 'over')
  const calm = { untouched: '', unsaved: text.unsaved, saving: text.saving, saved: text.saved, offline: '', refused: '' }[status.is]
  return (
    <div class="keep-state" role="status">
      {bad === undefined ? (
        <span class="keep-calm">
          {status.is === 'saved' ? <IconCheck /> : null}
          {calm}
        </span>
      ) : (
        <span class="keep-bad">
          <IconWarning />
          {bad}
        </span>
      )}
    </div>
  )
}

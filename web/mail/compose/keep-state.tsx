/** Whether what is typed is safe, in words, always in the same place. */
import type { JSX } from 'preact'
import { IconCheck, IconWarning } from '../../kit/icons.ts'
import { sessionState } from '../../session/session.ts'
import { connection } from '../jmap/connection.ts'
import type { Composer } from './composer.ts'
import type { KeepStatus } from './draft-keeper.ts'
import { words } from './words.ts'

/** A save that waits for a new sign-in, or for the network, is one that has not happened. */
const trouble = (status: KeepStatus, here: boolean): string | undefined => {
  const text = words()
  if (status.is === 'untouched' || status.is === 'saved') return undefined
  if (sessionState.value === 'over') return here ? text.signedOutHere : text.signedOutNowhere
  if (status.is === 'offline' || connection.value === 'broken') return here ? text.offlineHere : text.offlineNowhere
  if (status.is !== 'refused') return undefined
  return { overQuota: text.overQuota, tooLarge: text.draftTooLarge, other: text.refused }[status.why]
}

export const KeepState = ({ composer }: { composer: Composer }): JSX.Element => {
  const text = words()
  const status = composer.keeper.status.value
  const bad = trouble(status, composer.keeper.here.value)
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

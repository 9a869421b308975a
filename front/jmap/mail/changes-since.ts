/** Arguments and answer of the /changes methods of mail: a state may lie between two changes of one MODSEQ (`mail/email/changes.ts`). */
import { sinceOfState, type Since } from '@bulkhead/mail/email/changes.ts'
import type { ModSeq } from '@bulkhead/base/ids.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'

export const sinceOrFail = (state: string, now: ModSeq): Since => {
  const since = sinceOfState(state, now)
  if (since === undefined) throw new MethodFailure('cannotCalculateChanges', 'this is no state of the account')
  return since
}

export const knownOrFail = <T>(changes: T | undefined): T => {
  if (changes === undefined) throw new MethodFailure('cannotCalculateChanges', 'that is too long ago')
  return changes
}

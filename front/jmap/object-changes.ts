/** `/changes` of what a person keeps beside mail: objects of a kind (RFC 8620 section 5.2). */
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import type { ModSeq } from '@bulkhead/base/ids.ts'
import type { ObjectKind } from '@bulkhead/mail/journal/objects.ts'
import { changesAnswer, changesArguments } from '@bulkhead/wire/jmap/changes.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { sinceOf, stateText } from '@bulkhead/wire/jmap/state.ts'

/** Fails with `cannotCalculateChanges` where memory does not reach back, or the client takes fewer than there are. */
export const objectChanges = (args: JsonObject, { own }: AccountState, kind: ObjectKind): JsonObject => {
  const { accountId, sinceState, maxChanges } = changesArguments(args)
  const objects = own.objects(kind)
  const since = sinceOf(sinceState, own.seq)
  const changes = objects.changesSince(Math.min(since, objects.seq) as ModSeq)
  if (changes === undefined) throw new MethodFailure('cannotCalculateChanges')
  const count = changes.created.length + changes.updated.length + changes.destroyed.length
  // Objects are few: whoever takes less than all of them reads them anew.
  if (count > maxChanges) throw new MethodFailure('cannotCalculateChanges', 'there are more changes than maxChanges')
  return changesAnswer(accountId, { oldState: sinceState, newState: stateText(own.seq), hasMoreChanges: false, ...changes })
}

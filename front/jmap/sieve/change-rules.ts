/** What every change of scripts, vacation or forwarding does: the person's objects first, then what reception goes by. */
import type { ObjectChange } from '@bulkhead/mail/journal/objects.ts'
import { MethodFailure, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { publishOwn } from '../../rules/publish-own.ts'
import type { MethodContext } from '../method.ts'

const errors = { overQuota: 'overQuota', tooLarge: 'tooLarge' } as const

/** Undefined where it is done. Fails with `stateMismatch` where somebody else changed something meanwhile. */
export const setRuleObjects = async ({ account }: MethodContext, changes: readonly ObjectChange[]): Promise<SetError | undefined> => {
  if (changes.length === 0) return undefined
  const done = await account.setObjects(changes, account.state().seq)
  if (done.is === 'done') return undefined
  if (done.why === 'conflict') throw new MethodFailure('stateMismatch', 'changed by somebody else; try again')
  return setError(errors[done.why])
}

/** Also where nothing changed, so that what failed before is mended by trying again. */
export const publishRules = async ({ account, session, services }: MethodContext): Promise<void> => {
  const ports = { rules: services.rules, directory: services.sending.ports.directory }
  if ((await publishOwn(ports, account, session.who.login)) === 'tooLarge') {
    throw new MethodFailure('requestTooLarge', 'all rules together are too large')
  }
}

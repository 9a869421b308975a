/** `Email/set` (RFC 8621 section 4.6). */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { requireState, resolvedId, setAnswer, setArguments, setOutcome, type SetArguments, type SetOutcome } from '@bulkhead/wire/jmap/set.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { noteMarks } from '../reporting/marked-as.ts'
import { answer, type Method, type MethodContext } from '../method.ts'
import { carryOut, type EmailChange } from './writing/changes.ts'
import { createEmail } from './writing/email-create.ts'
import { emailDestroy, emailUpdate } from './writing/email-update.ts'
import { isSetError } from './writing/filing.ts'

const createAll = async ({ create }: SetArguments, context: MethodContext, outcome: SetOutcome): Promise<void> => {
  for (const [creation, wanted] of create) {
    const created = await createEmail(wanted, context)
    if (isSetError(created)) outcome.notCreated.set(creation, created)
    else {
      outcome.created.set(creation, created)
      context.createdIds.set(creation, String(created['id']))
    }
  }
}

type Decide = (id: string) => EmailChange | SetError

/** Decides on all, then carries all out at once. Ids are told as the client wrote them. */
const changeAll = async (given: Iterable<string>, decide: Decide, context: MethodContext): Promise<ReadonlyMap<string, SetError | null>> => {
  const told = new Map<string, SetError | null>()
  const changes: EmailChange[] = []
  const writtenAs = new Map<string, string>()
  for (const written of given) {
    const id = resolvedId(written, context.createdIds)
    const change = id === undefined ? setError('notFound') : decide(id)
    told.set(written, isSetError(change) ? change : null)
    if (isSetError(change)) continue
    changes.push(change)
    writtenAs.set(change.id, written)
  }
  const failed = await carryOut(context.account, changes, context.clock.now())
  for (const [id, why] of failed) told.set(writtenAs.get(id) ?? id, why)
  noteMarks(context, changes.filter(({ id }) => !failed.has(id)))
  return told
}

const updateAll = async ({ update, destroy }: SetArguments, context: MethodContext, outcome: SetOutcome): Promise<void> => {
  const state = context.account.state().own
  const doomed = new Set(destroy.map((written) => resolvedId(written, context.createdIds)))
  const patches = new Map([...update].map(([written, patch]) => [resolvedId(written, context.createdIds), patch]))
  const decide: Decide = (id) => (doomed.has(id) ? setError('willDestroy') : emailUpdate(state, id, patches.get(id) ?? {}, context.createdIds))
  for (const [id, why] of await changeAll(update.keys(), decide, context)) {
    if (why === null) outcome.updated.set(resolvedId(id, context.createdIds) ?? id, null)
    else outcome.notUpdated.set(id, why)
  }
}

const destroyAll = async ({ destroy }: SetArguments, context: MethodContext, outcome: SetOutcome): Promise<void> => {
  const state = context.account.state().own
  for (const [id, why] of await changeAll(destroy, (one) => emailDestroy(state, one), context)) {
    if (why === null) outcome.destroyed.push(resolvedId(id, context.createdIds) ?? id)
    else outcome.notDestroyed.set(id, why)
  }
}

export const emailSet: Method = {
  name: 'Email/set',
  capability: capabilities.mail,
  async run(args, context) {
    const asked = setArguments(args, context.limits)
    const { own } = await context.account.refresh()
    requireState(asked.ifInState, stateText(own.seq))
    const outcome = setOutcome()
    await createAll(asked, context, outcome)
    await updateAll(asked, context, outcome)
    await destroyAll(asked, context, outcome)
    return answer(setAnswer(asked.accountId, stateText(own.seq), stateText(context.account.state().own.seq), outcome))
  },
}

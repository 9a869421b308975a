/**
 * `EmailSubmission/set` (RFC 8621 section 7.5). A submission that is created is sent; one whose undoStatus becomes `canceled` is not,
 * where no courier has begun; one that is destroyed is forgotten, which stops nothing. What is to become of the Emails follows as an
 * Email/set of its own.
 */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { idOrCreation, listOf, mapOf, object, orNull } from '@bulkhead/wire/jmap/readers.ts'
import { requireState, resolvedId, setAnswer, setArguments, setOutcome, type SetArguments, type SetOutcome } from '@bulkhead/wire/jmap/set.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import { emailSet } from '../mail/email-set.ts'
import { isSetError } from '../mail/writing/filing.ts'
import { type Method, type MethodAnswer, type MethodContext } from '../method.ts'
import { freshSubmissions } from './current-submissions.ts'
import { agreeingIdentities } from './identities.ts'
import { pseudonymOf } from './jmap-sending.ts'
import { submissionJson, submissionOf, submissionValue, type Submission } from './stored-submission.ts'
import { submitEmail } from './submit-email.ts'

/** As many as a set may hold: `setArguments` counts those. */
const consequencesMax = 1_000

const more = { onSuccessUpdateEmail: orNull(mapOf(object, consequencesMax)), onSuccessDestroyEmail: orNull(listOf(idOrCreation, consequencesMax)) }

/** What a success asks for, by the submission's id or creation id. */
interface Consequences {
  readonly update: ReadonlyMap<string, JsonObject>
  readonly destroy: readonly string[]
}

/** Emails by the submission that succeeded, under the name the client may have given it. */
type Successes = Map<string, string>

const createAll = async ({ create }: SetArguments, consequences: Consequences, context: MethodContext, outcome: SetOutcome): Promise<Successes> => {
  const successes: Successes = new Map()
  if (create.size === 0) return successes
  const identities = await agreeingIdentities(context)
  for (const [creation, wanted] of create) {
    const name = `#${creation}`
    const filedByClient = consequences.update.has(name) || consequences.destroy.includes(name)
    const submission = await submitEmail(wanted, context, { identities, filedByClient })
    if (isSetError(submission)) {
      outcome.notCreated.set(creation, submission)
      continue
    }
    context.createdIds.set(creation, submission.id)
    successes.set(name, submission.emailId)
    outcome.created.set(creation, submissionJson(submission))
  }
  return successes
}

const storedOf = ({ account }: MethodContext, id: string): Submission | undefined => {
  const found = account.state().objects('submission').get(id)
  return found === undefined ? undefined : submissionOf(found)
}

const stored = async ({ account }: MethodContext, submission: Submission): Promise<void> => {
  const set = await account.setObjects([{ kind: 'submission', id: submission.id, value: submissionValue(submission) }])
  if (isRefused(set)) throw new Error(`a submission grew: ${set.why}`)
}

/** Out of the queue, if it is this account's and nobody has begun. */
const canceled = async (submission: Submission, context: MethodContext): Promise<SetError | undefined> => {
  if (submission.settled || submission.undo !== 'pending') return setError('cannotUnsend')
  const { ports } = context.services.sending
  const sender = pseudonymOf(context)
  if (!(await ports.queue.cancel(submission.id, sender)) && !(await ports.queue.forgo(submission.id, sender))) {
    await freshSubmissions([submission], context)
    return setError('cannotUnsend')
  }
  await stored(context, { ...submission, undo: 'canceled', settled: true })
  ports.tracer.note({
    message: submission.id, hop: 'submission', state: 'cancelled', from: submission.envelope.mailFrom.email,
    to: submission.recipients.map(({ email }) => email), messageId: null, peer: context.session.peer, facts: {},
  })
  return undefined
}

const updated = async (submission: Submission | undefined, patch: JsonObject, context: MethodContext): Promise<SetError | undefined> => {
  if (submission === undefined) return setError('notFound')
  const foreign = Object.keys(patch).filter((name) => name !== 'undoStatus')
  if (foreign.length > 0) return invalidProperties(foreign.slice(0, 100), 'only undoStatus changes')
  const wanted = patch['undoStatus']
  if (wanted === undefined || wanted === submission.undo) return undefined
  if (wanted !== 'canceled') return invalidProperties(['undoStatus'], 'undoStatus: canceled is what it can become')
  return canceled(submission, context)
}

const updateAll = async ({ update }: SetArguments, context: MethodContext, outcome: SetOutcome, successes: Successes): Promise<void> => {
  for (const [given, patch] of update) {
    const id = resolvedId(given, context.createdIds) ?? ''
    const submission = storedOf(context, id)
    const refused = await updated(submission, patch, context)
    if (refused !== undefined) {
      outcome.notUpdated.set(given, refused)
      continue
    }
    outcome.updated.set(id, null)
    if (submission !== undefined) successes.set(id, submission.emailId)
  }
}

const destroyAll = async ({ destroy }: SetArguments, context: MethodContext, outcome: SetOutcome, successes: Successes): Promise<void> => {
  for (const given of destroy) {
    const id = resolvedId(given, context.createdIds) ?? ''
    const submission = storedOf(context, id)
    if (submission === undefined) {
      outcome.notDestroyed.set(given, setError('notFound'))
      continue
    }
    await context.account.setObjects([{ kind: 'submission', id, value: null }])
    outcome.destroyed.push(id)
    successes.set(id, submission.emailId)
  }
}

/** The implicit Email/set; none where there is nothing to do. */
const emailSetOf = (successes: Successes, { update, destroy }: Consequences, createdIds: ReadonlyMap<string, string>): JsonObject | undefined => {
  const byId = new Map([...successes].map(([name, emailId]) => [resolvedId(name, createdIds) ?? name, emailId]))
  const emailOf = (name: string): string | undefined => successes.get(name) ?? byId.get(resolvedId(name, createdIds) ?? '')
  const patches = [...update].flatMap(([name, patch]) => {
    const email = emailOf(name)
    return email === undefined ? [] : [[email, patch] as const]
  })
  const gone = [...new Set(destroy.flatMap((name) => emailOf(name) ?? []))]
  if (patches.length === 0 && gone.length === 0) return undefined
  return { update: Object.fromEntries(patches), destroy: gone }
}

const followed = async (args: JsonObject | undefined, accountId: string, context: MethodContext): Promise<readonly (readonly [string, JsonObject])[]> => {
  if (args === undefined) return []
  const answered: MethodAnswer = await emailSet.run({ accountId, ...args }, context)
  return answered.is === 'answer' ? [[emailSet.name, answered.args]] : [['error', { type: answered.type }]]
}

export const submissionSet: Method = {
  name: 'EmailSubmission/set',
  capability: capabilities.submission,
  async run(args, context) {
    const asked = setArguments(args, context.limits, more)
    const consequences: Consequences = { update: asked.more.onSuccessUpdateEmail ?? new Map(), destroy: asked.more.onSuccessDestroyEmail ?? [] }
    const { own } = await context.account.refresh()
    const oldState = stateText(own.seq)
    requireState(asked.ifInState, oldState)
    const outcome = setOutcome()
    const successes = await createAll(asked, consequences, context, outcome)
    await updateAll(asked, context, outcome, successes)
    await destroyAll(asked, context, outcome, successes)
    const newState = stateText(context.account.state().own.seq)
    const following = await followed(emailSetOf(successes, consequences, context.createdIds), asked.accountId, context)
    return { is: 'answer', args: setAnswer(asked.accountId, oldState, newState, outcome), more: following }
  },
}

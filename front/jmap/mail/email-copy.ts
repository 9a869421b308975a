/** `Email/copy` (RFC 8621 section 4.7): from one account of the session to another, read there and filed anew here. */
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { keywordsOfFlags } from '@bulkhead/mail/email/keywords.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties, MethodFailure, setError, setErrorJson, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { blobId } from '@bulkhead/wire/jmap/ids.ts'
import { propertyOf, type JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { readArguments, utcDateText } from '@bulkhead/wire/jmap/readers.ts'
import { copyShape, requireState, resolvedId } from '@bulkhead/wire/jmap/set.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, methodError, type Method, type MethodContext } from '../method.ts'
import { emailSet } from './email-set.ts'
import { foundEmail } from './writing/email-update.ts'
import { filingOf } from './writing/email-create.ts'
import { fileEmail, isSetError } from './writing/filing.ts'

const known = new Set(['id', 'mailboxIds', 'keywords', 'receivedAt'])

/** Keywords and date of the original, where the client says no others. */
const wishesFor = (wanted: JsonObject, from: MailAccount, id: string): JsonObject | undefined => {
  const found = foundEmail(from.state().own, id)
  if (found === undefined) return undefined
  const { mailbox, at } = found.emails.placeOf(found.entry)
  const keywords = Object.fromEntries(keywordsOfFlags(found.emails.flagsOf(found.entry)).map((keyword) => [keyword, true]))
  const { id: _, ...given } = wanted
  return { keywords, receivedAt: utcDateText(mailbox.messages.internalDates[at] ?? 0), ...given }
}

const copyOne = async (wanted: JsonObject, from: MailAccount, context: MethodContext): Promise<JsonObject | SetError> => {
  const { account, services, limits, clock } = context
  const given = propertyOf(wanted, 'id')
  const foreign = Object.keys(wanted).filter((name) => !known.has(name))
  const bad = [...foreign, ...(typeof given === 'string' ? [] : ['id'])]
  if (bad.length > 0) return invalidProperties(bad.slice(0, 100))
  const id = resolvedId(String(given), context.createdIds) ?? ''
  const [message, wishes] = [messageOfEmail(id), wishesFor(wanted, from, id)]
  if (message === undefined || wishes === undefined) return setError('notFound')
  const filing = filingOf(wishes, account.state().own, context)
  if (isSetError(filing)) return filing
  const bytes = await services.blobs.read(from, blobId({ is: 'message', message }), limits.maxSizeUpload)
  if (typeof bytes === 'string') return setError(bytes)
  return fileEmail(account, { sizeBytes: bytes.length, chunks: [bytes] }, filing, clock.now())
}

export const emailCopy: Method = {
  name: 'Email/copy',
  capability: capabilities.mail,
  async run(args, context) {
    const asked = readArguments(args, copyShape)
    const { accountId, fromAccountId } = asked
    if (accountId === fromAccountId) return methodError('invalidArguments', 'fromAccountId: within an account mailboxIds say where an Email is')
    const from = context.accountOf(fromAccountId)
    if (from === undefined) return methodError('fromAccountNotFound')
    if (asked.create.size > context.limits.maxObjectsInSet) throw new MethodFailure('requestTooLarge')
    const [{ own: source }, { own }] = [await from.refresh(), await context.account.refresh()]
    requireState(asked.ifFromInState, stateText(source.seq))
    requireState(asked.ifInState, stateText(own.seq))
    const created: [string, JsonObject][] = []
    const notCreated: [string, JsonObject][] = []
    const copied: string[] = []
    for (const [creation, wanted] of asked.create) {
      const email = await copyOne(wanted, from, context)
      if (isSetError(email)) notCreated.push([creation, setErrorJson(email)])
      else {
        created.push([creation, email])
        copied.push(resolvedId(String(propertyOf(wanted, 'id')), context.createdIds) ?? '')
        context.createdIds.set(creation, String(email['id']))
      }
    }
    const said = {
      fromAccountId, accountId, oldState: stateText(own.seq), newState: stateText(context.account.state().own.seq),
      created: created.length === 0 ? null : Object.fromEntries(created),
      notCreated: notCreated.length === 0 ? null : Object.fromEntries(notCreated),
    }
    if (!asked.onSuccessDestroyOriginal || copied.length === 0) return answer(said)
    const destroying = { accountId: fromAccountId, ifInState: asked.destroyFromIfInState, destroy: copied }
    const gone = await emailSet.run(destroying, { ...context, account: from, accountId: fromAccountId }).catch((error: unknown) => {
      if (error instanceof MethodFailure) return methodError(error.type, error.description)
      throw error
    })
    return { is: 'answer', args: said, more: [gone.is === 'answer' ? ['Email/set', gone.args] : ['error', { type: gone.type }]] }
  },
}

/** `Email/import` (RFC 8621 section 4.8): messages that were uploaded, filed as they are. */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties, MethodFailure, setError, setErrorJson, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { propertyOf } from '@bulkhead/wire/jmap/json.ts'
import { id, isId, mapOf, object, orNull, readArguments } from '@bulkhead/wire/jmap/readers.ts'
import { requireState, resolvedId } from '@bulkhead/wire/jmap/set.ts'
import { state, stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method, type MethodContext } from '../method.ts'
import { filingOf } from './writing/email-create.ts'
import { fileEmail, isSetError } from './writing/filing.ts'
import { isMessage, receivedMsOf, storedForm } from './writing/whole-message.ts'

const known = new Set(['blobId', 'mailboxIds', 'keywords', 'receivedAt'])

const importOne = async (wanted: JsonObject, context: MethodContext): Promise<JsonObject | SetError> => {
  const { account, services, limits, clock } = context
  // A blob of Blob/upload in this request goes by its creation id (RFC 9404 section 4.1).
  const given = propertyOf(wanted, 'blobId')
  const blobId = typeof given === 'string' ? (resolvedId(given, context.createdIds) ?? given.slice(1)) : given
  const foreign = Object.keys(wanted).filter((name) => !known.has(name))
  const bad = [...foreign, ...(typeof blobId === 'string' && isId(blobId) ? [] : ['blobId'])]
  if (bad.length > 0) return invalidProperties(bad.slice(0, 100))
  const filing = filingOf(wanted, account.state().own, context)
  if (isSetError(filing)) return filing
  const bytes = await services.blobs.read(account, String(blobId), limits.maxSizeUpload)
  if (bytes === 'tooLarge') return setError('tooLarge')
  if (bytes === 'notFound') return { ...setError('blobNotFound'), extra: { notFound: [String(blobId)] } }
  if (!isMessage(bytes)) return { ...setError('invalidEmail', 'It does not begin with a header'), properties: ['blobId'] }
  const chunks = storedForm(bytes)
  const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const received = propertyOf(wanted, 'receivedAt') === undefined ? receivedMsOf(bytes) : undefined
  return fileEmail(account, { sizeBytes, chunks }, { ...filing, receivedMs: received ?? filing.receivedMs }, clock.now())
}

export const emailImport: Method = {
  name: 'Email/import',
  capability: capabilities.mail,
  async run(args, context) {
    const { accountId, ifInState, emails } = readArguments(args, { accountId: id, ifInState: orNull(state), emails: mapOf(object, Number.POSITIVE_INFINITY) })
    if (emails.size > context.limits.maxObjectsInSet) throw new MethodFailure('requestTooLarge')
    const { own } = await context.account.refresh()
    requireState(ifInState, stateText(own.seq))
    const created: [string, JsonObject][] = []
    const notCreated: [string, JsonObject][] = []
    for (const [creation, wanted] of emails) {
      const email = await importOne(wanted, context)
      if (isSetError(email)) notCreated.push([creation, setErrorJson(email)])
      else {
        created.push([creation, email])
        context.createdIds.set(creation, String(email['id']))
      }
    }
    return answer({
      accountId, oldState: stateText(own.seq), newState: stateText(context.account.state().own.seq),
      created: created.length === 0 ? null : Object.fromEntries(created),
      notCreated: notCreated.length === 0 ? null : Object.fromEntries(notCreated),
    })
  },
}

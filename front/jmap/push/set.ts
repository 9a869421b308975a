/** `PushSubscription/set` (RFC 8620 section 7.2.2). A new one is told a code; nothing else is pushed to it before it shows the code. */
import type { ObjectChange } from '@bulkhead/mail/journal/objects.ts'
import { pushesMax, type PushDirectory } from '@bulkhead/mail/ports/pushes.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties, MethodFailure, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import {
  BadValue, id, idOrCreation, listOf, mapOf, nullable, object, optional, orNull, readArguments, readProperties, shaped, text, utcDate, utcDateText, type Reader,
} from '@bulkhead/wire/jmap/readers.ts'
import { resolvedId, setAnswer, setOutcome, type SetArguments, type SetOutcome } from '@bulkhead/wire/jmap/set.ts'
import { answer, type Method, type MethodContext } from '../method.ts'
import {
  encodedSubscription, lifetimeMaxMs, newSubscriptionId, newVerificationCode, passingLifetimeMaxMs, subscriptionsIn, type NamedSubscription, type Subscription,
} from './subscriptions.ts'

const urlLengthMax = 2_048
const typesMax = 64

const httpsUrl: Reader<string> = (value, path) => {
  const given = text(urlLengthMax)(value, path)
  if (!URL.canParse(given) || new URL(given).protocol !== 'https:') throw new BadValue(path, 'an https URL is wanted')
  return given
}

const keyBytes =
  (bytes: number): Reader<string> =>
  (value, path) => {
    const given = text(128)(value, path).replace(/=+$/, '')
    const decoded = Buffer.from(given, 'base64url')
    if (decoded.length !== bytes || decoded.toString('base64url') !== given) throw new BadValue(path, `${bytes} bytes in base64url are wanted`)
    return given
  }

const created = {
  deviceClientId: text(255),
  url: httpsUrl,
  keys: orNull(shaped({ p256dh: keyBytes(65), auth: keyBytes(16) })),
  verificationCode: orNull(text(255)),
  expires: orNull(utcDate),
  types: orNull(listOf(text(255), typesMax)),
}
const updated = {
  verificationCode: optional(nullable(text(255)), undefined),
  expires: optional(nullable(utcDate), undefined),
  types: optional(nullable(listOf(text(255), typesMax)), undefined),
}

/** Something to be done in the directory. */
type Errand = (directory: PushDirectory) => Promise<unknown>

interface Doing {
  readonly context: MethodContext
  readonly outcome: SetOutcome
  readonly changes: ObjectChange[]
  /** What ends there ends before the journal is written, what begins or changes after it: half way there is less, never more. */
  readonly first: Errand[]
  readonly then: Errand[]
  readonly present: Map<string, NamedSubscription>
}

const expiryOf = (wantedMs: number | null, { clock, session }: MethodContext): number => {
  const lastMs = clock.now() + (session.kind === 'web' && session.device === null ? passingLifetimeMaxMs : lifetimeMaxMs)
  return Math.min(wantedMs ?? lastMs, lastMs)
}

const put = ({ changes, present }: Doing, one: NamedSubscription): void => {
  const { id: name, ...subscription } = one
  present.set(name, one)
  changes.push({ kind: 'push', id: name, value: encodedSubscription(subscription) })
}

const create = (given: JsonObject, doing: Doing): JsonObject | SetError => {
  const read = readProperties(given, created)
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  const { deviceClientId, url, keys, expires, types, verificationCode: shown } = read.value
  if (shown !== null) return invalidProperties(['verificationCode'], 'it is ours to give')
  if (doing.present.size >= pushesMax) return setError('overQuota', `at most ${pushesMax} subscriptions`)
  const { account, session, services } = doing.context
  const expiresAtMs = expiryOf(expires, doing.context)
  const verificationCode = newVerificationCode()
  const fresh: Subscription = { deviceClientId, verificationCode, verified: false, expiresAtMs, types }
  const name = { account: account.account, id: newSubscriptionId() }
  put(doing, { ...fresh, id: name.id })
  const sealed = services.pushes.seal(name, { url, keys, verificationCode })
  doing.then.push(async (directory) => {
    const added = await directory.add({ ...name, device: session.device, sealed, types, expiresAtMs })
    if (!added) throw new MethodFailure('serverUnavailable', 'what this session stands on is gone')
  })
  return { id: name.id, keys: null, expires: utcDateText(expiresAtMs) }
}

const update = (name: string, patch: JsonObject, doing: Doing): JsonObject | null | SetError => {
  const one = doing.present.get(name)
  if (one === undefined) return setError('notFound')
  const read = readProperties(patch, updated)
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  const { verificationCode, expires, types: wanted } = read.value
  if (typeof verificationCode === 'string' && verificationCode !== one.verificationCode) return invalidProperties(['verificationCode'], 'not the code')
  const expiresAtMs = expires === undefined ? one.expiresAtMs : expiryOf(expires, doing.context)
  const verified = one.verified || verificationCode === one.verificationCode
  const types = wanted === undefined ? one.types : wanted
  put(doing, { ...one, verified, expiresAtMs, types })
  doing.then.push((directory) => directory.change(doing.context.account.account, name, { verified, types, expiresAtMs }))
  return expires === undefined || expires === expiresAtMs ? null : { expires: utcDateText(expiresAtMs) }
}

const isError = (made: JsonObject | null | SetError): made is SetError => made !== null && 'type' in made

const doAll = (doing: Doing, wanted: Pick<SetArguments, 'create' | 'update' | 'destroy'>): void => {
  const { outcome, present, changes, first, context: { createdIds, account } } = doing
  for (const [creation, given] of wanted.create) {
    const made = create(given, doing)
    if (isError(made)) outcome.notCreated.set(creation, made)
    else {
      outcome.created.set(creation, made)
      createdIds.set(creation, String(made['id']))
    }
  }
  for (const [given, patch] of wanted.update) {
    const made = update(resolvedId(given, createdIds) ?? '', patch, doing)
    if (isError(made)) outcome.notUpdated.set(given, made)
    else outcome.updated.set(given, made)
  }
  for (const given of new Set(wanted.destroy)) {
    const name = resolvedId(given, createdIds) ?? ''
    if (!present.delete(name)) outcome.notDestroyed.set(given, setError('notFound'))
    else {
      changes.push({ kind: 'push', id: name, value: null })
      first.push((directory) => directory.remove(account.account, name))
      outcome.destroyed.push(name)
    }
  }
}

const carryOut = async ({ context: { account, services: { pushes } }, changes, first, then }: Doing): Promise<void> => {
  if (changes.length === 0) return
  for (const errand of first) await errand(pushes.directory)
  const set = await account.setObjects(changes)
  if (set.is === 'refused') throw new MethodFailure('serverUnavailable', 'try again')
  for (const errand of then) await errand(pushes.directory)
}

export const pushSubscriptionSet: Method = {
  name: 'PushSubscription/set',
  capability: capabilities.core,
  accountless: true,
  async run(args, context) {
    const { account, services, limits, clock } = context
    const wanted = readArguments(args, {
      create: orNull(mapOf(object, Number.POSITIVE_INFINITY)),
      update: orNull(mapOf(object, Number.POSITIVE_INFINITY)),
      destroy: orNull(listOf(idOrCreation, Number.POSITIVE_INFINITY)),
    })
    for (const name of wanted.create?.keys() ?? []) id(name, 'create')
    const asked = { create: wanted.create ?? new Map(), update: wanted.update ?? new Map(), destroy: wanted.destroy ?? [] }
    if (asked.create.size + asked.update.size + asked.destroy.length > limits.maxObjectsInSet) throw new MethodFailure('requestTooLarge')
    const { standing, ended } = subscriptionsIn(account.state(), await services.pushes.directory.idsOf(account.account), clock.now())
    const doing: Doing = {
      context, outcome: setOutcome(), first: [], then: [],
      present: new Map(standing.map((one) => [one.id, one])),
      changes: ended.map((name) => ({ kind: 'push', id: name, value: null })),
    }
    doAll(doing, asked)
    await carryOut(doing)
    const { accountId: _, oldState: __, newState: ___, ...said } = setAnswer('', null, '', doing.outcome)
    return answer(said)
  },
}

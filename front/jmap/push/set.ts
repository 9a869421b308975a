/** `PushSubscription/set` (RFC 8620 section 7.2.2). A new one is told a code; nothing else is pushed to it before it shows the code. */
import type { ObjectChange } from '@bulkhead/mail/journal/objects.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties, MethodFailure, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import {
  BadValue, id, idOrCreation, listOf, mapOf, nullable, object, optional, orNull, readArguments, readProperties, shaped, text, utcDate, utcDateText, type Reader,
} from '@bulkhead/wire/jmap/readers.ts'
import { resolvedId, setAnswer, setOutcome, type SetArguments, type SetOutcome } from '@bulkhead/wire/jmap/set.ts'
import { answer, type Method, type MethodContext } from '../method.ts'
import {
  encodedSubscription, lifetimeMaxMs, newSubscriptionId, newVerificationCode, subscriptionsIn, subscriptionsMax, type NamedSubscription, type Subscription,
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

interface Doing {
  readonly context: MethodContext
  readonly outcome: SetOutcome
  readonly changes: ObjectChange[]
  readonly present: Map<string, NamedSubscription>
}

const expiryOf = (wantedMs: number | null, nowMs: number): number => Math.min(wantedMs ?? nowMs + lifetimeMaxMs, nowMs + lifetimeMaxMs)

const put = ({ changes, present }: Doing, one: NamedSubscription): void => {
  const { id: name, ...subscription } = one
  present.set(name, one)
  changes.push({ kind: 'push', id: name, value: encodedSubscription(subscription) })
}

const create = (given: JsonObject, doing: Doing): JsonObject | SetError => {
  const read = readProperties(given, created)
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  const { deviceClientId, url, keys, expires, types, verificationCode } = read.value
  if (verificationCode !== null) return invalidProperties(['verificationCode'], 'it is ours to give')
  if (doing.present.size >= subscriptionsMax) return setError('overQuota', `at most ${subscriptionsMax} subscriptions`)
  const expiresAtMs = expiryOf(expires, doing.context.clock.now())
  const fresh: Subscription = { deviceClientId, url, keys, verificationCode: newVerificationCode(), verified: false, expiresAtMs, types }
  const name = newSubscriptionId()
  put(doing, { ...fresh, id: name })
  return { id: name, keys: null, expires: utcDateText(expiresAtMs) }
}

const update = (name: string, patch: JsonObject, doing: Doing): JsonObject | null | SetError => {
  const one = doing.present.get(name)
  if (one === undefined) return setError('notFound')
  const read = readProperties(patch, updated)
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  const { verificationCode, expires, types } = read.value
  if (typeof verificationCode === 'string' && verificationCode !== one.verificationCode) return invalidProperties(['verificationCode'], 'not the code')
  const expiresAtMs = expires === undefined ? one.expiresAtMs : expiryOf(expires, doing.context.clock.now())
  put(doing, { ...one, verified: one.verified || verificationCode === one.verificationCode, expiresAtMs, types: types === undefined ? one.types : types })
  return expires === undefined || expires === expiresAtMs ? null : { expires: utcDateText(expiresAtMs) }
}

const isError = (made: JsonObject | null | SetError): made is SetError => made !== null && 'type' in made

const doAll = (doing: Doing, wanted: Pick<SetArguments, 'create' | 'update' | 'destroy'>): void => {
  const { outcome, present, changes, context: { createdIds } } = doing
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
      outcome.destroyed.push(name)
    }
  }
}

export const pushSubscriptionSet: Method = {
  name: 'PushSubscription/set',
  capability: capabilities.core,
  accountless: true,
  async run(args, context) {
    const { account, services, session, limits, clock } = context
    const wanted = readArguments(args, {
      create: orNull(mapOf(object, Number.POSITIVE_INFINITY)),
      update: orNull(mapOf(object, Number.POSITIVE_INFINITY)),
      destroy: orNull(listOf(idOrCreation, Number.POSITIVE_INFINITY)),
    })
    for (const name of wanted.create?.keys() ?? []) id(name, 'create')
    const asked = { create: wanted.create ?? new Map(), update: wanted.update ?? new Map(), destroy: wanted.destroy ?? [] }
    if (asked.create.size + asked.update.size + asked.destroy.length > limits.maxObjectsInSet) throw new MethodFailure('requestTooLarge')
    const all = subscriptionsIn(account.state())
    const present = new Map(all.filter(({ expiresAtMs }) => expiresAtMs > clock.now()).map((one) => [one.id, one]))
    const over: ObjectChange[] = all.filter(({ id: name }) => !present.has(name)).map(({ id: name }) => ({ kind: 'push', id: name, value: null }))
    const doing: Doing = { context, outcome: setOutcome(), changes: over, present }
    doAll(doing, asked)
    if (doing.changes.length > 0) {
      const set = await account.setObjects(doing.changes)
      if (set.is === 'refused') throw new MethodFailure('serverUnavailable', 'try again')
    }
    for (const { id: name } of doing.outcome.created.values()) services.pushes.verify(session, String(name))
    const { accountId: _, oldState: __, newState: ___, ...said } = setAnswer('', null, '', doing.outcome)
    return answer(said)
  },
}

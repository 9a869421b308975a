/** Queue records back from JSON, field by field. They are authenticated by the seal; a wrong field is corruption all the same. */
import { fromBase64, utf8Text } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { accountHandle } from '@bulkhead/base/ids.ts'
import { bodyKinds, ordinary, priorityMax, type DeliverBy, type NotifyWhen, type QueuedEnvelope, type QueuedRecipient } from './queued.ts'

const keyBytesMax = 64
const corrupt = (field: string): Fault => new Fault('corrupt', `queue record: ${field}`)

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (plain: Uint8Array): Fields => {
  const text = utf8Text(plain)
  if (text === undefined) throw corrupt('text')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Fault('corrupt', 'queue record: not JSON', error)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw corrupt('object')
  return value as Fields
}

const text = (fields: Fields, name: string): string => {
  const value = fields[name]
  if (typeof value !== 'string') throw corrupt(name)
  return value
}

const textOrNull = (fields: Fields, name: string): string | null => (fields[name] === null ? null : text(fields, name))

const flag = (fields: Fields, name: string): boolean => {
  const value = fields[name]
  if (typeof value !== 'boolean') throw corrupt(name)
  return value
}

const oneOf = <T extends string>(fields: Fields, name: string, allowed: readonly T[]): T => {
  const found = allowed.find((candidate) => candidate === fields[name])
  if (found === undefined) throw corrupt(name)
  return found
}

const notifyWhens: readonly NotifyWhen[] = ['success', 'failure', 'delay']

const notifyOf = (fields: Fields): readonly NotifyWhen[] | null => {
  const value = fields['notify']
  if (value === null) return null
  if (!Array.isArray(value)) throw corrupt('notify')
  return notifyWhens.filter((when) => value.includes(when))
}

export const parseRecipient = (plain: Uint8Array): QueuedRecipient => {
  const fields = fieldsOf(plain)
  return { forwardPath: text(fields, 'forwardPath'), notify: notifyOf(fields), orcpt: textOrNull(fields, 'orcpt') }
}

const rets = ['full', 'hdrs'] as const
const deliverByModes = ['return', 'notify'] as const

const whole = (fields: Fields, name: string): number => {
  const value = fields[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw corrupt(name)
  return value
}

const deliverByOf = (fields: Fields): DeliverBy | null => {
  const value = fields['deliverBy']
  if (value === null) return null
  if (typeof value !== 'object' || value === undefined) throw corrupt('deliverBy')
  const by = value as Fields
  return { atMs: whole(by, 'atMs'), mode: oneOf(by, 'mode', deliverByModes), trace: flag(by, 'trace') }
}

type Handling = Pick<QueuedEnvelope, 'brand' | 'releaseAtMs' | 'priority' | 'deliverBy' | 'requireTls' | 'tlsWaived' | 'submitted' | 'held'>

const handlingOf = (fields: Fields): Handling => {
  const priority = whole(fields, 'priority')
  if (Math.abs(priority) > priorityMax) throw corrupt('priority')
  return {
    brand: textOrNull(fields, 'brand'),
    releaseAtMs: fields['releaseAtMs'] === null ? null : whole(fields, 'releaseAtMs'),
    priority,
    deliverBy: deliverByOf(fields),
    requireTls: flag(fields, 'requireTls'),
    tlsWaived: flag(fields, 'tlsWaived'),
    submitted: flag(fields, 'submitted'),
    held: flag(fields, 'held'),
  }
}

/** Records from before these fields were kept are ordinary mail. */
const older: Fields = ordinary

export const parseEnvelope = (plain: Uint8Array): { readonly envelope: QueuedEnvelope; readonly messageKey: Buffer } => {
  const fields = { ...older, ...fieldsOf(plain) }
  const messageKey = fromBase64(text(fields, 'messageKey'), keyBytesMax)
  const account = textOrNull(fields, 'account')
  const handle = account === null ? null : accountHandle(account)
  if (messageKey === undefined || handle === undefined) throw corrupt('messageKey or account')
  return {
    messageKey,
    envelope: {
      reversePath: text(fields, 'reversePath'),
      ret: fields['ret'] === null ? null : oneOf(fields, 'ret', rets),
      envid: textOrNull(fields, 'envid'),
      bodyKind: oneOf(fields, 'bodyKind', bodyKinds),
      smtpUtf8: flag(fields, 'smtpUtf8'),
      account: handle,
      ...handlingOf(fields),
    },
  }
}

/** Queue records back from JSON, field by field. They are authenticated by the seal; a wrong field is corruption all the same. */
import { fromBase64, utf8Text } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { accountHandle } from '@bulkhead/base/ids.ts'
import type { NotifyWhen, QueuedEnvelope, QueuedRecipient } from './queued.ts'

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
const bodyKinds = ['7bit', '8bitmime'] as const

export const parseEnvelope = (plain: Uint8Array): { readonly envelope: QueuedEnvelope; readonly messageKey: Buffer } => {
  const fields = fieldsOf(plain)
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
    },
  }
}

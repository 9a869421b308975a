/**
 * Where a subscription leads, as intake reads it without the person. A mailroom writes it, sealed to the key of the intake role; nobody else
 * can read it, the mailroom included.
 *
 * Sealed: `version (1) ‖ HPKE of JSON`, padded so that the length does not tell the push service. Account and id are part of what is
 * authenticated.
 */
import { utf8, utf8Text } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'

export interface PushTarget {
  readonly url: string
  /** Base64url; null: pushes go unsealed. */
  readonly keys: { readonly p256dh: string; readonly auth: string } | null
  readonly verificationCode: string
}

export interface PushName {
  readonly account: AccountHandle
  readonly id: string
}

const version = 1
const paddedTo = 512

const infoOf = ({ account, id }: PushName): string => `bulkhead push subscription ${account} ${id}`

export const sealTarget = (sealing: Sealing, publicKey: Uint8Array, name: PushName, target: PushTarget): Buffer => {
  const plain = utf8(JSON.stringify(target))
  const padded = Buffer.alloc(Math.ceil(plain.length / paddedTo) * paddedTo, ' ')
  padded.set(plain)
  return Buffer.concat([Buffer.of(version), sealing.sealTo(publicKey, infoOf(name), padded)])
}

/** Throws `Fault('corrupt')` for what was not sealed to this key for this subscription. */
export const openTarget = (sealing: Sealing, privateKey: Secret<Uint8Array>, name: PushName, sealed: Uint8Array): PushTarget => {
  if (sealed[0] !== version) throw new Fault('corrupt', 'push subscription: unknown version')
  const text = utf8Text(sealing.openWith(privateKey, infoOf(name), sealed.subarray(1)))
  // We wrote it, and only what a mailroom sealed for this very subscription opens: it is what it says.
  if (text === undefined) throw new Fault('corrupt', 'push subscription: no text')
  return JSON.parse(text) as PushTarget
}

/** Opens renewals: a new credential, sealed by the warden to this mailroom's key of this run. One is good once, since the row it replaces is gone then. */
import { fromBase64 } from '@bulkhead/base/bytes.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { accountOf, BadAsk, bytesOf, textOf, wholeOf } from '@bulkhead/door/ask.ts'
import type { Base64 } from '@bulkhead/door/contracts/vault.ts'
import type { CredentialRow } from '@bulkhead/door/contracts/warden.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'

export const renewalInfo = 'bulkhead renewal'
const renewalBytesMax = 8_192
const sealedBytesMax = 2_048
const saltLengthMax = 64
const lifetimeMaxMs = 60_000
const paramMax = 2 ** 31 - 1

export interface OpenedRenewal {
  readonly account: AccountHandle
  readonly previous: Buffer
  readonly credential: CredentialRow
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown, name: string): Fields => {
  if (typeof value !== 'object' || value === null) throw new BadAsk(name)
  return value as Fields
}

const parsed = (plain: Buffer): OpenedRenewal & { readonly expiresAtMs: number } => {
  const renewal = fieldsOf(JSON.parse(plain.toString('utf8')), 'renewal')
  const credential = fieldsOf(renewal['credential'], 'credential')
  const params = fieldsOf(credential['params'], 'params')
  const param = (name: string): number => wholeOf(params, name, 1, paramMax)
  return {
    account: accountOf(renewal),
    previous: bytesOf(renewal, 'previous', sealedBytesMax),
    credential: {
      salt: textOf(credential, 'salt', saltLengthMax), params: { m: param('m'), t: param('t'), p: param('p') },
      sealed: bytesOf(credential, 'sealed', sealedBytesMax).toString('base64'),
    },
    expiresAtMs: wholeOf(renewal, 'expiresAtMs', 0, Number.MAX_SAFE_INTEGER),
  }
}

interface RenewalPorts {
  readonly sealing: Sealing
  readonly privateKey: Secret<Uint8Array>
  readonly clock: Clock
}

/** Undefined where it is none, forged, or too old. */
export const openRenewal = ({ sealing, privateKey, clock }: RenewalPorts, text: Base64): OpenedRenewal | undefined => {
  const sealed = fromBase64(text, renewalBytesMax)
  if (sealed === undefined || sealed.length === 0) return undefined
  try {
    const renewal = parsed(sealing.openWith(privateKey, renewalInfo, sealed))
    const leftMs = renewal.expiresAtMs - clock.now()
    return leftMs < 0 || leftMs > lifetimeMaxMs ? undefined : renewal
  } catch (error) {
    if (error instanceof BadAsk || error instanceof SyntaxError || (error instanceof Fault && error.code === 'corrupt')) return undefined
    throw error
  }
}

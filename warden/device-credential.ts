/**
 * W2: the credential of a device, a random secret instead of a password, so that no slow hash is needed. What is derived from it takes in
 * the thumbprint of the device's key: who has the secret alone, or another key, has a wrong one.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { base64 } from '@bulkhead/base/bytes.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import type { DeviceSecret } from '@bulkhead/door/contracts/warden.ts'
import { coarseNetwork, deviceNameMax, sealDeviceFacts } from '@bulkhead/mail/devices/device-facts.ts'
import { passwordKeys, wrapInner } from '@bulkhead/seal/wraps.ts'
import type { Subject } from './found.ts'
import type { Warden } from './warden.ts'

export const deviceSecretBytes = 32

/** What stands where a password has its Argon2id. */
export const deviceSeed = (deviceSecret: Secret<Uint8Array>, thumbprint: string): Secret<Buffer> =>
  secret(createHash('sha512').update('bulkhead W2').update(deviceSecret.declassify()).update(thumbprint).digest())

export interface Remembering {
  readonly login: string
  readonly key: string
  readonly name: string
  readonly peer: string
}

/** Undefined where the vault's budget is spent: the person is signed in, and this device is not remembered. */
export const rememberDevice = async (
  { vault, directory, sealing, clock, tell }: Warden,
  { account, set, publicKey }: Subject,
  privateKey: Secret<Uint8Array>,
  { login, key, name, peer }: Remembering,
): Promise<DeviceSecret | undefined> => {
  const device = randomUUID()
  const fresh = secret(randomBytes(deviceSecretBytes))
  const { verifier, wrapKey } = passwordKeys(deviceSeed(fresh, key))
  const credential = { verifier: base64(verifier.declassify()), innerWrap: base64(wrapInner(wrapKey, privateKey)) }
  const reply = await vault.ask('enrol', { account, set, credential, address: null })
  if (reply.is === 'refused' || reply.answer.credential === null) return undefined
  const nowMs = clock.now()
  const facts = { login, name: name.slice(0, deviceNameMax), createdAtMs: nowMs, usedAtMs: nowMs, network: coarseNetwork(peer) }
  await directory.addDevice({
    device, account,
    sealed: Buffer.from(reply.answer.credential, 'base64'),
    facts: sealDeviceFacts(sealing, publicKey, account, device, facts),
  })
  tell({ kind: 'warden.device', subject: account, caller: 'gate', outcome: 'made' })
  return { device, secret: base64(fresh.declassify()) }
}

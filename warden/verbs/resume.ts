/**
 * Signing in by a device credential. The vault opens it for whoever has the secret and names the key it was made with; whether the key itself
 * is there, the mailroom sees by a proof. The address must still be the account's.
 */
import { base64 } from '@bulkhead/base/bytes.ts'
import { secret, wipe } from '@bulkhead/base/secret.ts'
import { BadAsk, bytesOf, textOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { isUuid } from '@bulkhead/base/ids.ts'
import { coarseNetwork, openDeviceFacts, sealDeviceFacts } from '@bulkhead/mail/devices/device-facts.ts'
import type { KnownDevice } from '@bulkhead/mail/ports/device-directory.ts'
import { keyOf } from '../ask.ts'
import { unlock } from '../credential.ts'
import { deviceSecretBytes, deviceSeed } from '../device-credential.ts'
import { passFor } from '../passes.ts'
import type { Warden, WardenVerb } from '../warden.ts'

const peerMax = 64
/** The seed needs no hashing. */
const noParams = { salt: '', params: { m: 0, t: 0, p: 0 } }

const open = async (warden: Warden, known: KnownDevice, deviceSecret: Buffer, key: string, peer: string) => {
  const { vault, directory, sealing, clock } = warden
  const { account, set, publicKey, device } = known
  const subject = { account, set, publicKey, credential: { ...noParams, sealed: base64(known.sealed) } }
  const unlocked = await unlock(warden, subject, deviceSeed(secret(deviceSecret), key), false)
  if (unlocked.is === 'refused') return refused(unlocked.why)
  const { privateKey } = unlocked
  const facts = openDeviceFacts(sealing, privateKey, account, device, known.facts)
  const indexed = await vault.ask('index', { address: facts.login })
  if (indexed.is === 'refused') return refused('overBudget')
  const index = Buffer.from(indexed.answer.index, 'base64')
  const row = await directory.credentialFor(index)
  if (row === undefined || row.account !== account || row.state !== 'active') {
    wipe(privateKey.declassify())
    return refused('wrong')
  }
  const used = { ...facts, usedAtMs: clock.now(), network: coarseNetwork(peer) }
  await directory.deviceUsed(device, sealDeviceFacts(sealing, publicKey, account, device, used))
  directory.loggedIn(account)
  return { is: 'granted', subject, privateKey, index, login: facts.login } as const
}

export const resume: WardenVerb<'resume'> = async (warden, ask) => {
  const { directory, tell, meter } = warden
  const device = textOf(ask, 'device', 36)
  const deviceSecret = bytesOf(ask, 'secret', deviceSecretBytes)
  const key = keyOf(ask)
  const peer = textOf(ask, 'peer', peerMax)
  if (!isUuid(device)) throw new BadAsk('device')
  const known = await directory.deviceFor(device)
  const verdict = known === undefined || known.state !== 'active' ? refused('wrong') : await open(warden, known, deviceSecret, key, peer)
  const outcome = verdict.is === 'refused' ? verdict.refusal : 'granted'
  meter.count('warden_resumes_total', 1, { outcome })
  tell({ kind: 'warden.resume', caller: 'gate', outcome, ...(known === undefined ? {} : { subject: known.account }) })
  return verdict.is === 'refused' ? verdict : answered(passFor(warden, verdict, { protocol: 'http', key, device }))
}

/** Signing in to the web: a login like any other, whose pass is bound to the device's key, and where asked for a credential of the device. */
import { textOf } from '@bulkhead/door/ask.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import { deviceNameMax } from '@bulkhead/mail/devices/device-facts.ts'
import { keyOf } from '../ask.ts'
import { rememberDevice } from '../device-credential.ts'
import { passFor } from '../passes.ts'
import type { WardenVerb } from '../warden.ts'
import { attemptOf, logIn } from './authenticate.ts'

const peerMax = 64

export const signIn: WardenVerb<'signIn'> = async (warden, ask) => {
  const key = keyOf(ask)
  const name = ask['remember'] === null ? null : textOf(ask, 'remember', deviceNameMax)
  const peer = textOf(ask, 'peer', peerMax)
  const verdict = await logIn(warden, attemptOf(ask, 'http'))
  if (verdict.is === 'refused') return verdict
  const { subject, privateKey, login } = verdict
  const device = name === null ? undefined : await rememberDevice(warden, subject, privateKey, { login, key, name, peer })
  return answered({ ...passFor(warden, verdict, { protocol: 'http', key, device: device?.device ?? '' }), device: device ?? null })
}

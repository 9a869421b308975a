import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { requireState, setAnswer, setArguments, setOutcome } from '@bulkhead/wire/jmap/set.ts'
import { answer, methodError, type Method } from '../method.ts'
import { deviceState } from './devices.ts'

/**
 * `Device/set`: the standard set (RFC 8620 section 5.3), in which a device can only be destroyed. It is signed out everywhere then: its credential
 * is dead, and its open sessions end, this one too where it is its own.
 */
export const deviceSet: Method = {
  name: 'Device/set',
  capability: capabilities.webmail,
  async run(args, { session, services, limits }) {
    const { accountId, ifInState, create, update, destroy } = setArguments(args, limits)
    const devices = services.devices.of(session)
    if (devices === undefined) return methodError('serverUnavailable')
    const oldState = deviceState(await devices.all())
    requireState(ifInState, oldState)
    const outcome = setOutcome()
    for (const id of create.keys()) outcome.notCreated.set(id, { type: 'forbidden', description: 'a device is made by signing in' })
    for (const id of update.keys()) outcome.notUpdated.set(id, { type: 'forbidden', description: 'nothing of a device can be changed' })
    for (const id of destroy) {
      if (await devices.signOut(id)) outcome.destroyed.push(id)
      else outcome.notDestroyed.set(id, { type: 'notFound' })
    }
    return answer(setAnswer(accountId, oldState, deviceState(await devices.all()), outcome))
  },
}

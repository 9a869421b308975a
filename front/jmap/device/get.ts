import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { getAnswer, getArguments, picked } from '@bulkhead/wire/jmap/get.ts'
import { answer, methodError, type Method } from '../method.ts'
import { deviceJson, deviceProperties, deviceState } from './devices.ts'

/** `Device/get`: the standard get (RFC 8620 section 5.1), last used first. */
export const deviceGet: Method = {
  name: 'Device/get',
  capability: capabilities.webmail,
  async run(args, { session, services, limits }) {
    const { accountId, ids, properties } = getArguments(args, limits, { properties: deviceProperties })
    const devices = await services.devices.of(session)?.all()
    if (devices === undefined) return methodError('serverUnavailable')
    const list = devices.filter(({ device }) => ids === null || ids.includes(device)).map((device) => picked(deviceJson(device), properties))
    const notFound = ids?.filter((id) => !devices.some(({ device }) => device === id)) ?? []
    return answer(getAnswer(accountId, deviceState(devices), list, notFound))
  },
}

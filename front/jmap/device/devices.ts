/**
 * `Device` (`urn:bulkhead:jmap:webmail`): a browser that may sign in without the password. Properties: `id`; `name`, what it calls itself; `created`
 * and `lastUsed`, UTCDate; `network`, coarsely where it was used last; `isThis`, whether the asking session stands on it. All are set by the server.
 */
import { createHash } from 'node:crypto'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import type { DeviceList, ListedDevice } from '../../http/device-list.ts'
import type { HttpSession } from '../../http/session.ts'

/** The devices of a session's account; undefined where the session is over. */
export interface DeviceService {
  of(session: HttpSession): DeviceList | undefined
}

export const deviceProperties = ['id', 'name', 'created', 'lastUsed', 'network', 'isThis'] as const

const date = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

export const deviceJson = ({ device, name, createdAtMs, usedAtMs, network, isThis }: ListedDevice): JsonObject => ({
  id: device, name, created: date(createdAtMs), lastUsed: date(usedAtMs), network, isThis,
})

/** Devices are in no journal: their state is what they are. */
export const deviceState = (devices: readonly ListedDevice[]): string =>
  createHash('sha256').update(JSON.stringify(devices.map(({ device, usedAtMs }) => [device, usedAtMs]))).digest('hex').slice(0, 16)

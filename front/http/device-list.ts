/** The devices of an account as its own sessions see them: opened with the account's key, signed out everywhere at once. */
import { isUuid, type AccountHandle } from '@bulkhead/base/ids.ts'
import { openDeviceFacts, type DeviceFacts } from '@bulkhead/mail/devices/device-facts.ts'
import type { OpenSession } from './open-session.ts'
import type { WebPorts } from './ports.ts'

export interface ListedDevice extends DeviceFacts {
  readonly device: string
  /** The asking session stands on it. */
  readonly isThis: boolean
}

export interface DeviceList {
  /** Last used first. */
  all(): Promise<readonly ListedDevice[]>
  /** Its credential is dead and its sessions are over, in every mailroom. False where there is no such device. */
  signOut(device: string): Promise<boolean>
}

interface ListPorts extends Pick<WebPorts, 'sealing' | 'directory' | 'signOutElsewhere' | 'tell'> {
  readonly session: OpenSession
  recheck(account: AccountHandle): Promise<void>
}

export const deviceList = ({ sealing, directory, session, signOutElsewhere, tell, recheck }: ListPorts): DeviceList => {
  const { who: { account }, key, device: own } = session.terms
  return {
    async all() {
      const rows = await directory.devices(account)
      if (session.over) return []
      return rows.map(({ device, facts }) => ({ device, ...openDeviceFacts(sealing, key, account, device, facts), isThis: device === own }))
    },
    async signOut(device) {
      if (!isUuid(device) || !(await directory.removeDevice(account, device))) return false
      tell({ kind: 'mailroom.device', subject: account, outcome: 'signedOut' })
      signOutElsewhere(account)
      // After the answer: the session that asks may be the one that ends.
      setImmediate(() => void recheck(account).catch(() => undefined))
      return true
    },
  }
}

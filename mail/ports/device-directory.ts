/** Devices that may sign in to the web without the password, and what open sessions of the web stand on. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { AccountState } from '@bulkhead/door/contracts/desk.ts'
import type { CredentialRow } from '@bulkhead/door/contracts/warden.ts'

/** Devices of one account; the one that was used longest ago makes room for a new one. */
export const devicesMax = 32

export interface NewDevice {
  /** UUID. */
  readonly device: string
  readonly account: AccountHandle
  /** The vault's form of the credential. */
  readonly sealed: Uint8Array
  /** `mail/devices/device-facts.ts`, sealed to the account's key. */
  readonly facts: Uint8Array
}

export interface KnownDevice extends NewDevice {
  readonly state: AccountState
  /** The account's brand. */
  readonly set: string
  readonly publicKey: Uint8Array
}

/** `warden`: one device by its id. */
export interface DeviceDirectory {
  addDevice(device: NewDevice): Promise<void>
  deviceFor(device: string): Promise<KnownDevice | undefined>
  deviceUsed(device: string, facts: Uint8Array): Promise<void>
}

/** What an open session stands on: it ends when the state is another, its device is gone, or `signOuts` is not what it was. */
export interface Standing {
  readonly state: AccountState
  readonly publicKey: Uint8Array
  readonly signOuts: number
  readonly devices: ReadonlySet<string>
}

/** A credential that takes the place of the one whose sealed form is `previous`. */
export interface Renewed {
  readonly account: AccountHandle
  readonly previous: Uint8Array
  readonly credential: CredentialRow
  /** Stays; null where the session stands on none. */
  readonly device: string | null
  /** What the account is told: the id of the notice, and in which words. */
  readonly notice: { readonly id: string; readonly language: 'ja' | 'en'; readonly browser: string }
}

/** `mailroom`: devices of the accounts it serves. */
export interface WebDirectory {
  standing(account: AccountHandle): Promise<Standing | undefined>
  /** Last used first. */
  devices(account: AccountHandle): Promise<readonly { readonly device: string; readonly facts: Uint8Array }[]>
  /** Its credential is dead from then on. False where there was none. */
  removeDevice(account: AccountHandle, device: string): Promise<boolean>
  /** Signs out everybody but `device`, and owes the account a notice, all in one. The new `signOuts`; undefined where `previous` is not the row any more. */
  renewCredential(renewed: Renewed): Promise<number | undefined>
}

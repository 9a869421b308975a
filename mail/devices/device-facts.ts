/** What a person may read of a device that signs in without the password: sealed to the account's key, so that the directory tells nobody. */
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'

export interface DeviceFacts {
  /** Canonical address it signed in with. */
  readonly login: string
  /** What it calls itself: `Firefox, Windows`. */
  readonly name: string
  readonly createdAtMs: number
  readonly usedAtMs: number
  /** Where from it was used last, coarsely: `192.0.2.0/24`. */
  readonly network: string
}

export const deviceNameMax = 120

const useOf = (account: AccountHandle, device: string): string => `device ${device} of ${account}`

export const sealDeviceFacts = (sealing: Sealing, publicKey: Uint8Array, account: AccountHandle, device: string, facts: DeviceFacts): Buffer =>
  sealing.sealTo(publicKey, useOf(account, device), Buffer.from(JSON.stringify(facts)))

/** Throws `Fault('corrupt')` for facts of another account or device. */
export const openDeviceFacts = (sealing: Sealing, privateKey: Secret<Uint8Array>, account: AccountHandle, device: string, sealed: Uint8Array): DeviceFacts => {
  const facts: unknown = JSON.parse(sealing.openWith(privateKey, useOf(account, device), sealed).toString('utf8'))
  if (typeof facts !== 'object' || facts === null) throw new Fault('corrupt', 'device facts')
  return facts as DeviceFacts
}

/** The first 24 bits of an IPv4 address, the first 48 of an IPv6 one. */
export const coarseNetwork = (address: string): string => {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) return `${address.split('.').slice(0, 3).join('.')}.0/24`
  const [head = ''] = address.split('::')
  const groups = head.split(':').slice(0, 3).filter((group) => group !== '')
  return address.includes(':') ? `${groups.join(':')}::/48` : ''
}

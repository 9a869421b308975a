/** Devices in the directory: as the warden asks, and as a mailroom asks about the account it serves. */
import { accountStates } from '@bulkhead/door/contracts/desk.ts'
import type { DeviceDirectory, WebDirectory } from '@bulkhead/mail/ports/device-directory.ts'
import { accountColumn, bool, bytea, int8, only, orNull, row, text, uuid, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import type { Gathered } from '../sql/gathered.ts'
import { sql } from '../sql/sql.ts'
import { credentialToStore } from './credentials.ts'

const knownRow = row({ account: accountColumn, state: word(accountStates), set: text, publicKey: bytea, sealed: bytea, facts: bytea })
const listedRow = row({ device: uuid, facts: bytea })
const standingRow = row({ state: word(accountStates), publicKey: bytea, signOuts: int8, devices: text })
const yes = only(bool)
const signOutsRow = only(orNull(int8))

export const deviceDirectory = (database: Database): DeviceDirectory => ({
  addDevice: ({ device, account, sealed, facts }) => database.run(sql`select from ask.add_device(${device}, ${account}, ${sealed}, ${facts})`),
  async deviceFor(device) {
    const found = await database.maybeOne(knownRow, sql`
      select account, state, brand, public_key, sealed, facts
        from ask.device_for(${device})`)
    return found === undefined ? undefined : { device, ...found }
  },
  deviceUsed: (device, facts) => database.run(sql`select from ask.device_used(${device}, ${facts})`),
})

export const webDirectory = (database: Database, small: Gathered): WebDirectory => ({
  async standing(account) {
    const [found] = await small(`standing ${account}`, sql`
      select state, public_key, sign_outs, devices
        from ask.session_standing(${account})`)
    if (found === undefined) return undefined
    const { devices, ...standing } = standingRow(found)
    return { ...standing, devices: new Set(devices.split(' ')) }
  },
  devices: (account) => database.many(listedRow, sql`
    select device, facts
      from ask.devices(${account})`),
  removeDevice: (account, device) => database.one(yes, sql`select ask.remove_device(${account}, ${device})`),
  async renewCredential({ account, previous, credential, device, notice }) {
    const { salt, m, t, p, sealed } = credentialToStore(credential)
    const signOuts = await database.one(signOutsRow, sql`
      select ask.renew_credential(
        ${account}, ${previous}, ${salt}, ${m}, ${t}, ${p}, ${sealed}, ${device}, ${notice.id}, ${notice.language}, ${notice.browser})`)
    return signOuts ?? undefined
  },
})

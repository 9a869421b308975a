/** The warden of a cell: logins for the gate, passwords for the desk. */
import { fromBase64 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { MailroomFact } from '@bulkhead/door/contracts/start.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import { wardenCallers } from '@bulkhead/door/contracts/warden.ts'
import { serveDoor } from '@bulkhead/door/server.ts'
import { credentialDirectory } from '@bulkhead/store/directory/credential-directory.ts'
import { deviceDirectory } from '@bulkhead/store/directory/device-directory.ts'
import { openDatabase } from '@bulkhead/store/sql/database.ts'
import { argon2id } from '@bulkhead/warden/argon2.ts'
import { boundedHasher } from '@bulkhead/warden/hasher.ts'
import { passwordRule, type PasswordRule } from '@bulkhead/warden/password-rule.ts'
import { recentlyVerified } from '@bulkhead/warden/recently-verified.ts'
import { wardenHandlers } from '@bulkhead/warden/handlers.ts'
import type { Role } from './role.ts'

const sessionsMax = 4
const keyBytes = 32

const keyOf = (text: string, what: string): Buffer => {
  const key = fromBase64(text, keyBytes)
  if (key?.length !== keyBytes) throw new Fault('misconfigured', what)
  return key
}

/** `rule` is a value, so that a drill can plant passwords that nobody should have. */
export const wardenWith =
  (rule: PasswordRule): Role<'warden'> =>
  async (start, { log, meter, clock, sealing, tell }) => {
    let mailrooms: readonly MailroomFact[] = start.mailrooms
    const vault = knock<VaultVerbs>(start.knocks['vault'] ?? '')
    const database = openDatabase({ url: secret(start.directoryUrl), name: 'warden', sessionsMax })
    const credentials = credentialDirectory(database)
    const directory = { ...credentials, ...deviceDirectory(database) }
    const handlers = wardenHandlers({
      vault, directory, sealing, rule, clock, log, meter, tell,
      hash: boundedHasher(argon2id, start.hashesAtOnce),
      params: start.argon2,
      verified: recentlyVerified(clock),
      escrowPublicKey: start.escrowPublicKey === null ? null : keyOf(start.escrowPublicKey, 'escrowPublicKey'),
      mailrooms: () => mailrooms,
      pseudonym: pseudonymizer(secret(keyOf(start.pseudonymKey, 'pseudonymKey'))),
    })
    const doors = wardenCallers.flatMap((caller) => {
      const path = start.serves[caller]
      return path === undefined ? [] : [{ caller, path }]
    })
    const door = await serveDoor(doors, handlers, log)
    return {
      apply(change) {
        if (change.say === 'mailrooms') mailrooms = change.mailrooms
      },
      async [Symbol.asyncDispose]() {
        await door[Symbol.asyncDispose]()
        await credentials[Symbol.asyncDispose]()
        await database[Symbol.asyncDispose]()
        vault[Symbol.dispose]()
      },
    }
  }

export const warden: Role<'warden'> = wardenWith(passwordRule)

/** The desk of a cell: what the ISP does with brands, domains, accounts and the queue. */
import { secret } from '@bulkhead/base/secret.ts'
import { deskHandlers } from '@bulkhead/desk/desk.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import { serveDoor } from '@bulkhead/door/server.ts'
import { traceKeys } from '@bulkhead/mail/trace/keys.ts'
import { directoryBlobs } from '@bulkhead/store/blobs/directory-blobs.ts'
import { accountLife } from '@bulkhead/store/directory/account-life.ts'
import { deskDirectory } from '@bulkhead/store/directory/desk-directory.ts'
import { queueAdmin } from '@bulkhead/store/queue/queue-admin.ts'
import { traceReader } from '@bulkhead/store/trace/trace-reader.ts'
import { openDatabase } from '@bulkhead/store/sql/database.ts'
import type { Role } from './role.ts'

const sessionsMax = 2

export const desk: Role<'desk'> = async (start, { log, meter, tell }) => {
  const vault = knock<VaultVerbs>(start.knocks['vault'] ?? '')
  const warden = knock<WardenVerbs>(start.knocks['warden'] ?? '')
  const database = (url: string) => openDatabase({ url: secret(url), name: 'desk', sessionsMax })
  const directory = database(start.directoryUrl)
  const mail = database(start.mailUrl)
  const queue = database(start.queueUrl)
  const blobs = directoryBlobs(start.blobs)
  const handlers = deskHandlers({
    vault, warden, blobs, meter, tell,
    directory: deskDirectory(directory),
    life: accountLife(mail, blobs),
    queue: queueAdmin(queue),
    trace: traceReader(queue),
    traceKeys: traceKeys(secret(Buffer.from(start.pseudonymKey, 'base64'))),
  })
  const doors = Object.entries(start.serves).map(([caller, path]) => ({ caller, path }))
  const door = await serveDoor(doors, handlers, log)
  return {
    apply() {},
    async [Symbol.asyncDispose]() {
      await door[Symbol.asyncDispose]()
      for (const one of [directory, mail, queue]) await one[Symbol.asyncDispose]()
      for (const knocked of [vault, warden]) knocked[Symbol.dispose]()
    },
  }
}

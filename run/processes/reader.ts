/**
 * `reader`: makes large texts of strangers ready to be shown, for mailrooms, which meanwhile serve everybody else. Holds nothing: no key, no
 * database, no file, no network.
 */
import { listenUnix } from '@bulkhead/door/server.ts'
import { readerServer } from '@bulkhead/front/reader/serve.ts'
import { boundedRun } from './bounded-run.ts'
import type { Role } from './role.ts'

/** Several times what the worst text known takes on a slow machine. */
const workMsMax = 5_000

export const reader: Role<'reader'> = async (start, { log, meter }) => {
  const server = readerServer({ messageBytesMax: start.messageBytesMax, bounded: boundedRun(workMsMax), log, meter })
  await listenUnix(server, start.serves['mailroom'] ?? '')
  return {
    apply() {},
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

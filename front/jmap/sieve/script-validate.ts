/** `SieveScript/validate` (RFC 9661 section 2.6). */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { setErrorJson } from '@bulkhead/wire/jmap/errors.ts'
import { id, idOrCreation, readArguments } from '@bulkhead/wire/jmap/readers.ts'
import { answer, type Method } from '../method.ts'
import { readScript } from './checked-script.ts'

export const scriptValidate: Method = {
  name: 'SieveScript/validate',
  capability: capabilities.sieve,
  async run(args, context) {
    const { accountId, blobId } = readArguments(args, { accountId: id, blobId: idOrCreation })
    const read = await readScript(context, blobId)
    return answer({ accountId, error: typeof read === 'string' ? null : setErrorJson(read) })
  },
}

import { ok } from '@bulkhead/wire/managesieve/response.ts'
import { say, type SieveCommand } from '../command.ts'

export const capability: SieveCommand<'CAPABILITY'> = {
  verb: 'CAPABILITY',
  rfc: '2.4',
  decide: (_, { capabilities }) => say(ok('CAPABILITY completed'), [capabilities]),
}

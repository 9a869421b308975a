import { ok } from '@bulkhead/wire/managesieve/response.ts'
import { say, type SieveCommand } from '../command.ts'

/** Says its argument back, so that a client knows where it is. */
export const noop: SieveCommand<'NOOP'> = {
  verb: 'NOOP',
  rfc: '2.13',
  decide: ({ tag }) => say(tag === null ? ok('NOOP completed') : ok('Done', { tag })),
}

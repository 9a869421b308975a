import { ok, scriptLine } from '@bulkhead/wire/managesieve/response.ts'
import { say, type SieveCommand } from '../command.ts'

export const listScripts: SieveCommand<'LISTSCRIPTS'> = {
  verb: 'LISTSCRIPTS',
  rfc: '2.7',
  decide: (_, { scripts }) => say(ok('LISTSCRIPTS completed'), scripts.map(({ name, isActive }) => scriptLine(name, isActive))),
}

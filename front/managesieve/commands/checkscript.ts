import { ok } from '@bulkhead/wire/managesieve/response.ts'
import { checked } from '../checked.ts'
import { say, type SieveCommand } from '../command.ts'

export const checkScript: SieveCommand<'CHECKSCRIPT'> = {
  verb: 'CHECKSCRIPT',
  rfc: '2.12',
  decide({ content }, terms) {
    const result = checked(content, terms)
    if (result.is === 'refused') return say(result.reply)
    return say(result.warnings === '' ? ok('The script is valid') : ok(result.warnings, 'WARNINGS'))
  },
}

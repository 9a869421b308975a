import { scriptChange } from '@bulkhead/mail/rules/own-rules.ts'
import { ok } from '@bulkhead/wire/managesieve/response.ts'
import { change, say, scriptNamed, type SieveCommand } from '../command.ts'
import { noSuchScript } from '../replies.ts'

/** One script is active, or with an empty name none. */
export const setActive: SieveCommand<'SETACTIVE'> = {
  verb: 'SETACTIVE',
  rfc: '2.8',
  decide({ script: name }, terms) {
    const chosen = scriptNamed(terms, name)
    if (chosen === undefined && name !== '') return say(noSuchScript)
    const other = terms.scripts.filter((script) => script.isActive !== (script === chosen))
    return change(other.map((script) => scriptChange({ ...script, isActive: script === chosen })), ok(chosen === undefined ? 'No script is active' : 'Active'))
  },
}

import { isScriptName, scriptChange } from '@bulkhead/mail/rules/own-rules.ts'
import { no, ok } from '@bulkhead/wire/managesieve/response.ts'
import { change, say, scriptNamed, type SieveCommand } from '../command.ts'
import { badName, noSuchScript } from '../replies.ts'

export const renameScript: SieveCommand<'RENAMESCRIPT'> = {
  verb: 'RENAMESCRIPT',
  rfc: '2.11.1',
  decide({ script: name, becomes }, terms) {
    const script = scriptNamed(terms, name)
    if (script === undefined) return say(noSuchScript)
    if (!isScriptName(becomes)) return say(badName)
    if (scriptNamed(terms, becomes) !== undefined) return say(no('Another script has that name', 'ALREADYEXISTS'))
    return change([scriptChange({ ...script, name: becomes })], ok('Renamed'))
  },
}

import { ok, scriptContent } from '@bulkhead/wire/managesieve/response.ts'
import { say, scriptNamed, type SieveCommand } from '../command.ts'
import { noSuchScript } from '../replies.ts'

export const getScript: SieveCommand<'GETSCRIPT'> = {
  verb: 'GETSCRIPT',
  rfc: '2.9',
  decide({ script: name }, terms) {
    const script = scriptNamed(terms, name)
    return script === undefined ? say(noSuchScript) : say(ok('GETSCRIPT completed'), [scriptContent(script.text)])
  },
}

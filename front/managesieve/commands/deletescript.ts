import { no, ok } from '@bulkhead/wire/managesieve/response.ts'
import { change, say, scriptNamed, type SieveCommand } from '../command.ts'
import { noSuchScript } from '../replies.ts'

export const deleteScript: SieveCommand<'DELETESCRIPT'> = {
  verb: 'DELETESCRIPT',
  rfc: '2.10',
  decide({ script: name }, terms) {
    const script = scriptNamed(terms, name)
    if (script === undefined) return say(noSuchScript)
    if (script.isActive) return say(no('The active script can not be deleted', 'ACTIVE'))
    return change([{ kind: 'script', id: script.id, value: null }], ok('Deleted'))
  },
}

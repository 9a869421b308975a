import { objectsMax } from '@bulkhead/mail/journal/objects.ts'
import { isScriptName, scriptChange } from '@bulkhead/mail/rules/own-rules.ts'
import { ok } from '@bulkhead/wire/managesieve/response.ts'
import { checked } from '../checked.ts'
import { change, say, scriptNamed, type SieveCommand } from '../command.ts'
import { badName, tooManyScripts } from '../replies.ts'

/** Replaces the script of that name, which stays active where it was. */
export const putScript: SieveCommand<'PUTSCRIPT'> = {
  verb: 'PUTSCRIPT',
  rfc: '2.6',
  decide({ script: name, content }, terms) {
    if (!isScriptName(name)) return say(badName)
    const result = checked(content, terms)
    if (result.is === 'refused') return say(result.reply)
    const present = scriptNamed(terms, name)
    if (present === undefined && terms.scripts.length >= objectsMax.script) return say(tooManyScripts)
    const text = content.toString('utf8')
    const reply = result.warnings === '' ? ok('Stored') : ok(result.warnings, 'WARNINGS')
    if (present?.text === text) return change([], reply)
    return change([scriptChange({ id: present?.id ?? terms.newId(), name, text, isActive: present?.isActive ?? false })], reply)
  },
}

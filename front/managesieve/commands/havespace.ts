import { objectsMax } from '@bulkhead/mail/journal/objects.ts'
import { isScriptName } from '@bulkhead/mail/rules/own-rules.ts'
import { ok } from '@bulkhead/wire/managesieve/response.ts'
import { sieveLimits } from '@bulkhead/wire/sieve/limits.ts'
import { say, scriptNamed, type SieveCommand } from '../command.ts'
import { badName, scriptTooLarge, tooManyScripts } from '../replies.ts'

export const haveSpace: SieveCommand<'HAVESPACE'> = {
  verb: 'HAVESPACE',
  rfc: '2.5',
  decide({ script, sizeBytes }, terms) {
    if (!isScriptName(script)) return say(badName)
    if (sizeBytes > sieveLimits.scriptBytesMax) return say(scriptTooLarge)
    const isNew = scriptNamed(terms, script) === undefined
    return say(isNew && terms.scripts.length >= objectsMax.script ? tooManyScripts : ok('There is room for it'))
  },
}

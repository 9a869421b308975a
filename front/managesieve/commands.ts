/** Which commands there are after login, and what each makes of the scripts. */
import type { Command } from '@bulkhead/wire/managesieve/command.ts'
import { no } from '@bulkhead/wire/managesieve/response.ts'
import { say, type Decision, type Terms } from './command.ts'
import { capability } from './commands/capability.ts'
import { checkScript } from './commands/checkscript.ts'
import { deleteScript } from './commands/deletescript.ts'
import { getScript } from './commands/getscript.ts'
import { haveSpace } from './commands/havespace.ts'
import { listScripts } from './commands/listscripts.ts'
import { logout } from './commands/logout.ts'
import { noop } from './commands/noop.ts'
import { putScript } from './commands/putscript.ts'
import { renameScript } from './commands/renamescript.ts'
import { setActive } from './commands/setactive.ts'
import { unauthenticate } from './commands/unauthenticate.ts'

export const decide = (command: Command, terms: Terms): Decision => {
  switch (command.verb) {
    case 'CAPABILITY':
      return capability.decide(command, terms)
    case 'CHECKSCRIPT':
      return checkScript.decide(command, terms)
    case 'DELETESCRIPT':
      return deleteScript.decide(command, terms)
    case 'GETSCRIPT':
      return getScript.decide(command, terms)
    case 'HAVESPACE':
      return haveSpace.decide(command, terms)
    case 'LISTSCRIPTS':
      return listScripts.decide(command, terms)
    case 'LOGOUT':
      return logout.decide(command, terms)
    case 'NOOP':
      return noop.decide(command, terms)
    case 'PUTSCRIPT':
      return putScript.decide(command, terms)
    case 'RENAMESCRIPT':
      return renameScript.decide(command, terms)
    case 'SETACTIVE':
      return setActive.decide(command, terms)
    case 'UNAUTHENTICATE':
      return unauthenticate.decide(command, terms)
    case 'AUTHENTICATE':
    case 'STARTTLS':
      return say(no('Somebody is logged in already'))
  }
}

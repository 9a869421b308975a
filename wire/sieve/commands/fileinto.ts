import type { CommandDefinition } from '../definition.ts'
import { flagsFor, flagsTag } from '../flags.ts'
import { mailboxNameMistake } from '../mailbox-name.ts'
import { RunError } from '../run-state.ts'

/**
 * RFC 5228 section 4.1, with `:copy` (RFC 3894), `:create` (RFC 5490), `:specialuse` (RFC 8579) and `:mailboxid` (RFC 9042). A mailbox
 * that is not there is made.
 */
export const fileinto: CommandDefinition = {
  name: 'fileinto',
  needs: 'fileinto',
  signature: {
    tags: {
      ...flagsTag,
      copy: { takes: 'none', needs: 'copy' },
      create: { takes: 'none', needs: 'mailbox' },
      specialuse: { takes: 'string', group: 'which', needs: 'special-use' },
      mailboxid: { takes: 'string', group: 'which', needs: 'mailboxid' },
    },
    positional: ['string'],
  },
  compile(taken, compiling) {
    const mailbox = taken.text(0)
    const [written] = taken.constants(0)
    const mistake = written === undefined || written.includes('${') ? undefined : mailboxNameMistake(written)
    if (mistake !== undefined) compiling.mistake(taken.placeOf(0), mistake)
    const [use, id] = [taken.tagText('specialuse'), taken.tagText('mailboxid')]
    const copies = taken.has('copy')
    return (run) => {
      const name = mailbox(run)
      const wrong = mailboxNameMistake(name)
      if (wrong !== undefined) throw new RunError(wrong)
      run.act({ is: 'fileinto', mailbox: name, mailboxId: id?.(run) ?? null, specialUse: use?.(run) ?? null, flags: flagsFor(taken, run) })
      if (!copies) run.implicitKeep = false
      return 'next'
    }
  },
}

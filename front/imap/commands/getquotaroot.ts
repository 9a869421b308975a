import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { mailbox as mailboxText, ok, string, untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { quotaLine, rootOf } from '../listing/quota.ts'
import { speaksUtf8 } from '../session.ts'

/** `GETQUOTAROOT SP mailbox`, also one that could be created. A shared mailbox has a quota of its own. */
export const getQuotaRoot = command({
  name: 'GETQUOTAROOT',
  rfc: '9208 section 4.1.3',
  numbers: 'breaks',
  args: [mailboxName],
  asks: 'usage',
  decide: ({ state }, [name]) => ({ mailbox: state.byName(name)?.id ?? null }),
  reply: {
    done({ usage }, { state, session }, [name]) {
      const root = rootOf(state.byName(name))
      const line = untagged(`QUOTAROOT ${mailboxText(name, speaksUtf8(session))} ${string(root)}`)
      return [line, quotaLine(root, usage), ok('GETQUOTAROOT completed')]
    },
  },
})

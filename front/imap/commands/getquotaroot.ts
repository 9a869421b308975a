import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { mailbox as mailboxText, ok, string, untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { accountRoot, quotaLine } from '../listing/quota.ts'
import { speaksUtf8 } from '../session.ts'

/** `GETQUOTAROOT SP mailbox`, also one that could be created. A shared mailbox has the quota of whoever shares it. */
export const getQuotaRoot = command({
  name: 'GETQUOTAROOT',
  rfc: '9208 section 4.1.3',
  numbers: 'breaks',
  args: [mailboxName],
  asks: 'usage',
  decide: () => ({}),
  reply: {
    done({ usage }, { state, session }, [name]) {
      const line = `QUOTAROOT ${mailboxText(name, speaksUtf8(session))}`
      const isOwn = state.byName(name)?.owner == null
      const lines = isOwn ? [untagged(`${line} ${string(accountRoot)}`), quotaLine(usage)] : [untagged(line)]
      return [...lines, ok('GETQUOTAROOT completed')]
    },
  },
})

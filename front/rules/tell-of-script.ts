/** Sending on to strangers is how mail is stolen for months, by a script as by forwarding: `watch` hears of each change of one that does. */
import { utf8 } from '@bulkhead/base/bytes.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { scriptsOf, scriptTexts } from '@bulkhead/mail/rules/own-rules.ts'
import { compileSieve } from '@bulkhead/wire/sieve/compile.ts'
import type { SendingPorts } from '../sending/ports.ts'

const sends = ['redirect', 'notify']

export const tellOfScript = (tell: SendingPorts['tell'], account: MailAccount): void => {
  const scripts = scriptsOf(account.state())
  const active = scripts.find(({ isActive }) => isActive)
  const compiled = active === undefined ? undefined : compileSieve(utf8(active.text), scriptTexts(scripts))
  if (compiled?.is !== 'program' || !sends.some((name) => compiled.program.commands.has(name))) return
  tell({ kind: 'rules.forwarding', subject: account.account, outcome: 'on, by a script' })
}

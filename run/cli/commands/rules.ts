/** `account rules`: whether an account's own filters, forwarding and vacation run; and the switch for when they must not. */
import type { Command } from 'commander'
import { CannotDo, common, show, type CommonOptions } from '../context.ts'
import { granted } from '../refusal-text.ts'
import { withAddress } from '../session.ts'

const sentence = (hasRules: boolean, isOff: boolean): string => {
  if (isOff) return 'switched off: all mail stays in the INBOX; switch them on with: on'
  return hasRules ? 'there are rules, and they run' : 'there are none'
}

export const registerRules = (account: Command): void => {
  common(account.command('rules <address> [state]')
    .description("whether the account has filters, forwarding or a vacation; off keeps them from running, on lets them run again"))
    .action((address: string, state: string | undefined, options: CommonOptions) => {
      if (state !== undefined && state !== 'on' && state !== 'off') throw new CannotDo(`rules are switched on or off, not ${JSON.stringify(state)}`)
      return withAddress(options, address, async ({ desk }) => {
        if (state !== undefined) granted(address, await desk.ask('rulesSwitch', { address, off: state === 'off' }))
        const answer = granted(address, await desk.ask('rulesShow', { address }))
        show(options, answer, [`${address}: ${sentence(answer.hasRules, answer.isOff)}`])
      })
    })
}

/** `account`: people's accounts of an ISP. */
import type { Command } from 'commander'
import { accountStates, type AccountLine } from '@bulkhead/door/contracts/desk.ts'
import { CannotDo, common, show, table, type CommonOptions } from '../context.ts'
import { bytesFrom, sizeText, wholeFrom } from '../measures.ts'
import { secretFromInput } from '../password-input.ts'
import { granted } from '../refusal-text.ts'
import { withAddress, withIsp } from '../session.ts'

const listMax = 1_000_000
const pageLines = 500
/** No account is meant to keep more. */
const messagesMax = 1_000_000_000

const day = (at: string | null): string => (at === null ? 'never' : at.slice(0, 10))

const messagesText = ({ messages, quotaMessages }: AccountLine): string => (quotaMessages === null ? String(messages) : `${messages} of ${quotaMessages}`)

const lineOf = (account: AccountLine): readonly string[] => [
  account.account, account.state, account.brand, day(account.createdAt), day(account.lastLoginAt),
  sizeText(account.usedBytes), sizeText(account.quotaBytes), messagesText(account), account.address ?? '(sealed)',
]

const head = ['ACCOUNT', 'STATE', 'BRAND', 'CREATED', 'LOG-IN', 'USED', 'QUOTA', 'MESSAGES', 'ADDRESS']

interface AddOptions extends CommonOptions {
  readonly passwordStdin?: boolean
  readonly quota?: string
}

const registerAdd = (account: Command): void => {
  common(account.command('add <address>').description('add an account').option('--password-stdin', 'read the password from standard input'))
    .option('--quota <bytes>', 'limit of what it stores, such as 2GiB (default: none)')
    .action(async (address: string, options: AddOptions) => {
      const quotaBytes = bytesFrom(options.quota ?? 'none')
      const password = await secretFromInput(options.passwordStdin === true, 'the password')
      await withAddress(options, address, async ({ desk }) => {
        const answer = granted(address, await desk.ask('accountAdd', { address, password: password.toString('base64'), quotaBytes }))
        show(options, { address, account: answer.account }, [`account ${address} added`])
      })
    })
}

const registerWho = (account: Command): void => {
  common(account.command('who <isp> <pseudonym>').description('whose pseudonym it is that events, complaints and the queue show'))
    .requiredOption('--reason <text>', 'why that has to be known; it is put in the ledger')
    .action((isp: string, pseudonym: string, options: CommonOptions & { readonly reason: string }) => withIsp(options, isp, async ({ desk }) => {
      const answer = granted(pseudonym, await desk.ask('accountWho', { pseudonym, reason: options.reason }))
      show(options, answer, table(['ACCOUNT', 'STATE', 'BRAND', 'ADDRESS'], [[answer.account, answer.state, answer.brand, answer.address ?? '(sealed)']]))
    }))
}

interface ListOptions extends CommonOptions {
  readonly limit: string
  readonly showAddresses?: boolean
  readonly sealed?: boolean
  readonly reason?: string
}

/** Enough to find one's way in a small ISP; whoever wants more of them says why. */
const shownUnasked = 50
const unaskedReason = 'account list'

const registerList = (account: Command): void => {
  common(account.command('list <isp>').description('list accounts'))
    .option('--limit <n>', 'at most so many', '1000')
    .option('--show-addresses', 'open more than the first 50 sealed addresses, within the vault\'s budget; every one is put in the ledger')
    .option('--sealed', 'open none')
    .option('--reason <text>', 'why they have to be seen')
    .action((isp: string, options: ListOptions) => {
      const limit = wholeFrom(options.limit, '--limit', 1, listMax)
      if (options.showAddresses === true && (options.reason ?? '') === '') {
        throw new CannotDo('--show-addresses needs --reason TEXT: who sees addresses says why')
      }
      return withIsp(options, isp, async ({ desk }) => {
        const accounts: AccountLine[] = []
        let after: string | null = null
        do {
          const all = options.showAddresses === true
          const unasked = !all && options.sealed !== true && accounts.length === 0
          const page: { accounts: readonly AccountLine[]; next: string | null } = granted('accounts', await desk.ask('accountList', {
            after,
            limit: Math.min(unasked ? shownUnasked : pageLines, limit - accounts.length),
            showAddresses: all || unasked,
            reason: all ? (options.reason ?? '') : unasked ? unaskedReason : '',
          }))
          accounts.push(...page.accounts)
          after = page.next
        } while (after !== null && accounts.length < limit)
        show(options, { accounts }, table(head, accounts.map(lineOf)))
      })
    })
}

const registerState = (account: Command): void => {
  common(account.command('state <address> <state>').description(`set the state: ${accountStates.join(', ')}; cancelled destroys the account's key for ever`))
    .action((address: string, given: string, options: CommonOptions) => {
      const state = accountStates.find((one) => one === given)
      if (state === undefined) throw new CannotDo(`"${given}" is not a state; it is one of ${accountStates.join(', ')}`)
      return withAddress(options, address, async ({ desk }) => {
        granted(address, await desk.ask('accountState', { address, state }))
        show(options, { address, state }, [`${address} is ${state}`])
      })
    })
}

export const registerAccount = (program: Command): Command => {
  const account = program.command('account').description('accounts of an ISP')
  registerAdd(account)
  registerList(account)
  registerWho(account)
  common(account.command('show <address>').description('show one account'))
    .action((address: string, options: CommonOptions) => withAddress(options, address, async ({ desk }) => {
      // Whoever asks by the address knows it: nothing has to be opened.
      const answer = { ...granted(address, await desk.ask('accountShow', { address })), address }
      show(options, answer, table(head, [lineOf(answer)]))
    }))
  registerState(account)
  common(account.command('quota <address> <bytes>').description('set the limit of what it stores; none for no limit'))
    .action((address: string, size: string, options: CommonOptions) => {
      const quotaBytes = bytesFrom(size)
      return withAddress(options, address, async ({ desk }) => {
        granted(address, await desk.ask('accountQuota', { address, quotaBytes }))
        show(options, { address, quotaBytes }, [`${address} may store ${sizeText(quotaBytes)}`])
      })
    })
  common(account.command('messages <address> <count>').description('set the limit of how many messages it keeps; none for no limit'))
    .action((address: string, count: string, options: CommonOptions) => {
      const quotaMessages = count === 'none' ? null : wholeFrom(count, 'the number of messages', 0, messagesMax)
      return withAddress(options, address, async ({ desk }) => {
        granted(address, await desk.ask('accountMessages', { address, quotaMessages }))
        show(options, { address, quotaMessages }, [`${address} may keep ${quotaMessages ?? 'any number of'} messages`])
      })
    })
  return account
}

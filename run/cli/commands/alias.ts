/** `alias`: further addresses of an account. */
import type { Command } from 'commander'
import { common, show, type CommonOptions } from '../context.ts'
import { granted } from '../refusal-text.ts'
import { withAddress } from '../session.ts'

export const registerAlias = (program: Command): void => {
  const alias = program.command('alias').description('further addresses of an account')
  common(alias.command('add <alias> <address>').description('let mail for <alias> reach the account of <address>'))
    .action((name: string, address: string, options: CommonOptions) => withAddress(options, address, async ({ desk }) => {
      granted(name, await desk.ask('aliasAdd', { alias: name, address }))
      show(options, { alias: name, address }, [`alias ${name} added to ${address}`])
    }))
  common(alias.command('remove <alias>').description('remove an alias'))
    .action((name: string, options: CommonOptions) => withAddress(options, name, async ({ desk }) => {
      granted(name, await desk.ask('aliasRemove', { alias: name }))
      show(options, { alias: name }, [`alias ${name} removed`])
    }))
}

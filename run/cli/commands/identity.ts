/** `identity`: addresses that lead elsewhere, as which an account may send. */
import type { Command } from 'commander'
import { common, show, type CommonOptions } from '../context.ts'
import { granted } from '../refusal-text.ts'
import { withAddress } from '../session.ts'

export const registerIdentity = (program: Command): void => {
  const identity = program.command('identity').description('addresses that lead elsewhere, as which an account may send')
  common(identity.command('add <as> <address>').description('let the account of <address> send as <as>, an address of the same brand'))
    .action((as: string, address: string, options: CommonOptions) => withAddress(options, address, async ({ desk }) => {
      granted(as, await desk.ask('identityAdd', { as, address }))
      show(options, { as, address }, [`${address} may send as ${as}`])
    }))
  common(identity.command('remove <as> <address>').description('take that back; its own addresses an account keeps'))
    .action((as: string, address: string, options: CommonOptions) => withAddress(options, address, async ({ desk }) => {
      granted(as, await desk.ask('identityRemove', { as, address }))
      show(options, { as, address }, [`${address} no longer sends as ${as}`])
    }))
}
